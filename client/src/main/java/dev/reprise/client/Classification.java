package dev.reprise.client;

import dev.reprise.client.spi.AttemptResult;
import dev.reprise.client.spi.AttemptResult.Answered;
import dev.reprise.client.spi.AttemptResult.NoAnswer;
import dev.reprise.client.spi.AttemptResult.NotSent;
import dev.reprise.client.spi.Evidence;
import dev.reprise.client.spi.RequestTraits;
import dev.reprise.client.spi.ResponseView;
import dev.reprise.client.spi.RetryAfter;
import dev.reprise.client.spi.RetryDecision;
import dev.reprise.client.spi.RetryDecision.Next;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Which attempts are followed by another one, and what each says: rule C2 as a pure function. */
final class Classification {
    /** The type of a problem document, or the type or code of an error of Stripe's. */
    private static final Pattern REASON = Pattern.compile("\"(?:type|code)\"\\s*:\\s*\"(?:[^\"]*/)?([\\w-]+)\"");

    /** Reasons of 400 and 422: those of Reprise, and whatever has the word in it. */
    private static final Pattern ABOUT_KEY = Pattern.compile("(?:invalid|missing)-key|payload-mismatch|.*idempoten.*");

    private Classification() {}

    static RetryDecision of(RequestTraits request, AttemptResult result) {
        return switch (result) {
            case NotSent notSent -> new RetryDecision(isLasting(notSent) ? Next.STOP : Next.RETRY, Evidence.NOT_SENT);
            case NoAnswer unknown -> new RetryDecision(request.idempotent() ? Next.RETRY : Next.STOP, Evidence.UNKNOWN);
            case Answered answered -> answered(request, answered);
        };
    }

    /** A certificate that is not trusted now will not be trusted in a second. */
    private static boolean isLasting(NotSent notSent) {
        return notSent.cause() instanceof SSLPeerUnverifiedException
                || (notSent.cause() instanceof SSLHandshakeException handshake
                        && handshake.getCause() instanceof CertificateException);
    }

    private static RetryDecision answered(RequestTraits request, Answered answered) {
        RetryDecision decision = overridden(request, answered);
        OptionalInt redirect = answered.answer().divertedBy();
        return redirect.isEmpty()
                ? decision
                : new RetryDecision(decision.next(), Statuses.evidence(redirect.getAsInt()));
    }

    private static RetryDecision overridden(RequestTraits request, Answered answered) {
        RetryDecision decision = of(request, answered);
        Optional<String> advice = answered.answer().field("Stripe-Should-Retry");
        if (advice.isEmpty()) {
            return decision;
        }
        return switch (advice.get()) {
            // The server knows best whether it makes sense, but not whether this request carried a key.
            case "true" ->
                decision.next() == Next.STOP && request.idempotent()
                        ? new RetryDecision(Next.RETRY, decision.evidence())
                        : decision;
            case "false" -> new RetryDecision(Next.STOP, decision.evidence());
            default -> decision;
        };
    }

    private static RetryDecision of(RequestTraits request, Answered answered) {
        int status = answered.answer().status();
        return switch (status) {
            // To a safe request: what its caller has is the newest. To an operation it means nothing.
            case 304 -> new RetryDecision(Next.STOP, request.keyable() ? Evidence.UNKNOWN : Evidence.HAPPENED);
            case 409 -> conflict(request, answered);
            case 400, 422 ->
                new RetryDecision(Next.STOP, isAboutKey(request, answered) ? Evidence.DENIED : Evidence.REFUSED);
            case 503 ->
                !answered.replayed() && saysWhenToComeAgain(answered.answer())
                        ? new RetryDecision(Next.RETRY, Evidence.TURNED_AWAY)
                        : byStatus(request, answered);
            default -> byStatus(request, answered);
        };
    }

    private static RetryDecision byStatus(RequestTraits request, Answered answered) {
        int status = answered.answer().status();
        Evidence evidence = Statuses.evidence(status);
        if (!answered.replayed()) {
            return new RetryDecision(Statuses.next(status, request.idempotent()), evidence);
        }
        // What is recorded comes again, whoever asks how often, and is the answer to all attempts.
        boolean refused = status >= 400 && (evidence == Evidence.TURNED_AWAY || evidence == Evidence.DENIED);
        return new RetryDecision(Next.STOP, refused ? Evidence.REFUSED : evidence);
    }

    /** A 503 that does is sent by a server that has not begun: it is overloaded, or down for maintenance (RFC 9110, 15.6.4). */
    private static boolean saysWhenToComeAgain(ResponseView answer) {
        return answer.field("Retry-After")
                .flatMap(value -> RetryAfter.parse(value, Instant.EPOCH))
                .isPresent();
    }

    /** Whether the key was refused and not what it stands for, as when it has expired since an earlier attempt. */
    private static boolean isAboutKey(RequestTraits request, Answered answered) {
        return request.keyed()
                && !answered.replayed()
                && REASON.matcher(answered.answer().beginning())
                        .results()
                        .anyMatch(reason -> ABOUT_KEY.matcher(reason.group(1)).matches());
    }

    /**
     * A 409 is an ordinary refusal unless it says otherwise. One for an unknown reason may still be about an earlier attempt
     * with the key, so it says nothing about that.
     */
    private static RetryDecision conflict(RequestTraits request, Answered answered) {
        ResponseView answer = answered.answer();
        if (!request.keyed()) {
            return new RetryDecision(Next.STOP, Evidence.REFUSED);
        }
        Matcher reasons = REASON.matcher(answer.beginning());
        while (reasons.find()) {
            switch (reasons.group(1)) {
                case "in-progress", "idempotency_key_in_use" -> {
                    return new RetryDecision(Next.ASK_AGAIN, Evidence.UNKNOWN);
                }
                case "outcome-unknown" -> {
                    return new RetryDecision(Next.STOP, Evidence.UNKNOWN);
                }
                case "already-handled" -> {
                    return new RetryDecision(Next.STOP, Evidence.HAPPENED);
                }
                default -> {
                    // A word of the server's own.
                }
            }
        }
        return answer.field("Retry-After").isPresent()
                ? new RetryDecision(Next.ASK_AGAIN, Evidence.UNKNOWN)
                : new RetryDecision(Next.STOP, answered.replayed() ? Evidence.REFUSED : Evidence.DENIED);
    }
}
