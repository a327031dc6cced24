package dev.reprise.herd;

import java.time.Duration;

/** How many calls a server got, and failed, in each tenth of a second. */
final class Curve {
    static final int PER_SECOND = 10;
    private static final long MICROS = 1_000_000 / PER_SECOND;

    private final int[] sent;
    private final int[] failed;

    Curve(Duration length) {
        sent = new int[(int) (Server.micros(length) / MICROS) + 1];
        failed = new int[sent.length];
    }

    void count(long now, boolean answered) {
        int at = (int) (now / MICROS);
        sent[at]++;
        if (!answered) {
            failed[at]++;
        }
    }

    /** How many tenths of a second there are. */
    int length() {
        return sent.length - 1;
    }

    /** Calls per second in that tenth of a second. */
    int rate(int at) {
        return sent[at] * PER_SECOND;
    }

    /** Failed calls per second in that tenth of a second. */
    int failures(int at) {
        return failed[at] * PER_SECOND;
    }

    /** The highest rate from that time on, per second. */
    int peak(long from) {
        int peak = 0;
        for (int i = (int) (from / MICROS); i < length(); i++) {
            peak = Math.max(peak, rate(i));
        }
        return peak;
    }

    /** When the last tenth of a second is over in which more than one call of a hundred failed. */
    long wellFrom(long from) {
        for (int i = length() - 1; i >= from / MICROS; i--) {
            if (failed[i] * 100L > sent[i]) {
                return (i + 1) * MICROS;
            }
        }
        return from;
    }
}
