package dev.reprise.client;

import dev.reprise.client.AttemptResult.Answered;
import dev.reprise.client.AttemptResult.NoAnswer;
import dev.reprise.client.AttemptResult.NotSent;
import dev.reprise.client.Judgement.Next;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Which attempts are followed by another one, and what each tells: rule C2 as a pure function. */
final class Classification {
    /** The type of a problem document, or the type or code of an error of Stripe's. */
    private static final Pattern REASON = Pattern.compile("\"(?:type|code)\"\\s*:\\s*\"(?:[^\"]*/)?([\\w-]+)\"");

    /** Reasons of 400 and 422: those of Reprise, and whatever has the word in it. */
    private static final Pattern ABOUT_KEY = Pattern.compile("(?:invalid|missing)-key|payload-mismatch|.*idempoten.*");

    private Classification() {}

    static Judgement of(Asked asked, AttemptResult result) {
        return switch (result) {
            case NotSent notSent -> new Judgement(isLasting(notSent) ? Next.STOP : Next.RETRY, Evidence.NOT_SENT);
            case NoAnswer unknown -> new Judgement(asked.idempotent() ? Next.RETRY : Next.STOP, Evidence.UNKNOWN);
            case Answered answered -> overridden(asked, answered);
        };
    }

    /** A certificate that is not trusted now will not be trusted in a second. */
    private static boolean isLasting(NotSent notSent) {
        return notSent.cause() instanceof SSLPeerUnverifiedException
                || (notSent.cause() instanceof SSLHandshakeException handshake
                        && handshake.getCause() instanceof CertificateException);
    }

    private static Judgement overridden(Asked asked, Answered answered) {
        Judgement judgement = of(asked, answered);
        Optional<String> advice = answered.answer().field("Stripe-Should-Retry");
        if (advice.isEmpty()) {
            return judgement;
        }
        return switch (advice.get()) {
            // The server knows best whether it makes sense, but not whether this request carried a key.
            case "true" -> new Judgement(asked.idempotent() ? Next.RETRY : Next.STOP, judgement.evidence());
            case "false" -> new Judgement(Next.STOP, judgement.evidence());
            default -> judgement;
        };
    }

    private static Judgement of(Asked asked, Answered answered) {
        int status = answered.answer().status();
        return switch (status) {
            case 408, 425, 429 -> new Judgement(Next.RETRY, Evidence.TURNED_AWAY);
            case 409 -> conflict(asked, answered);
            case 400, 422 ->
                new Judgement(Next.STOP, isAboutKey(asked, answered) ? Evidence.TURNED_AWAY : Evidence.REFUSED);
            case 401, 403, 404, 405, 407, 411, 412, 413, 414, 415, 417, 421, 426, 431, 501, 505, 511 ->
                new Judgement(Next.STOP, answered.replayed() ? Evidence.REFUSED : Evidence.TURNED_AWAY);
            case 500, 502, 503, 504 ->
                new Judgement(asked.idempotent() && !answered.replayed() ? Next.RETRY : Next.STOP, Evidence.UNKNOWN);
            default -> new Judgement(Next.STOP, evidence(status));
        };
    }

    private static Evidence evidence(int status) {
        if (status < 400) {
            return Evidence.HAPPENED;
        }
        return status < 500 ? Evidence.REFUSED : Evidence.UNKNOWN;
    }

    /** Whether the key was refused and not what it stands for, as when it has expired since an earlier attempt. */
    private static boolean isAboutKey(Asked asked, Answered answered) {
        return asked.keyed()
                && !answered.replayed()
                && REASON.matcher(answered.answer().beginning())
                        .results()
                        .anyMatch(reason -> ABOUT_KEY.matcher(reason.group(1)).matches());
    }

    /**
     * A 409 is an ordinary refusal unless it says otherwise. One for an unknown reason may still be about an earlier attempt
     * with the key, so it says nothing about that.
     */
    private static Judgement conflict(Asked asked, Answered answered) {
        Answer answer = answered.answer();
        if (!asked.keyed()) {
            return new Judgement(Next.STOP, Evidence.REFUSED);
        }
        Matcher reasons = REASON.matcher(answer.beginning());
        while (reasons.find()) {
            switch (reasons.group(1)) {
                case "in-progress", "idempotency_key_in_use" -> {
                    return new Judgement(Next.ASK_AGAIN, Evidence.UNKNOWN);
                }
                case "outcome-unknown" -> {
                    return new Judgement(Next.STOP, Evidence.UNKNOWN);
                }
                case "already-handled" -> {
                    return new Judgement(Next.STOP, Evidence.HAPPENED);
                }
                default -> {
                    // A word of the server's own.
                }
            }
        }
        return answer.field("Retry-After").isPresent()
                ? new Judgement(Next.ASK_AGAIN, Evidence.UNKNOWN)
                : new Judgement(Next.STOP, answered.replayed() ? Evidence.REFUSED : Evidence.TURNED_AWAY);
    }
}
