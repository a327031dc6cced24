package dev.reprise.client;

import dev.reprise.client.spi.Evidence;
import dev.reprise.client.spi.RetryDecision.Next;

/** What a status says of an operation, by RFC 9110 and the documents it refers to: the table in {@code docs/client.md}. */
final class Statuses {
    private Statuses() {}

    /**
     * What a status says if nothing else in the answer does. One that nobody knows counts as the first of its class, and one
     * of no class as a failure of the server (RFC 9110, section 15).
     */
    static Evidence evidence(int status) {
        return switch (status) {
            case 303 -> Evidence.HAPPENED;
            // Where a 302 is sent by frameworks, a 303 is meant as often as a 307 (RFC 9110, section 15.4.3).
            case 301, 307, 308, 401, 407, 408, 421, 425, 429, 511 -> Evidence.TURNED_AWAY;
            case 403, 404, 405, 410, 411, 412, 413, 414, 415, 416, 417, 423, 426, 428, 431, 451, 501, 505 ->
                Evidence.DENIED;
            // There is nothing to be sent back that the client would take: often found out when the work is done.
            case 406 -> Evidence.UNKNOWN;
            default ->
                switch (status / 100) {
                    case 2 -> Evidence.HAPPENED;
                    case 4 -> Evidence.REFUSED;
                    default -> Evidence.UNKNOWN;
                };
        };
    }

    /** Whether another attempt makes sense after a status (C2). */
    static Next next(int status, boolean idempotent) {
        return switch (status) {
            case 408, 421, 425, 429 -> Next.RETRY;
            case 500, 502, 503, 504 -> idempotent ? Next.RETRY : Next.STOP;
            default -> Next.STOP;
        };
    }
}
