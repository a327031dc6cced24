package dev.reprise.conformance.check;

import dev.reprise.conformance.Payload;
import dev.reprise.conformance.Target;
import dev.reprise.conformance.wire.WireAttempt;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.util.List;
import java.util.Optional;

/** The ordinary request, before anything is judged: does it work at all, and does it show what it did? */
final class Baseline {
    private final Probe probe;

    Baseline(Session session) {
        this.probe = new Probe(session);
    }

    /** Executes three times with three keys; says what stands in the way of a check, if anything does. */
    Optional<String> obstacle() {
        try {
            Tally tally = probe.tally();
            WireRequest request = probe.request(probe.newKey());
            WireAttempt attempt = probe.attempt(request);
            Optional<String> obstacle = switch (attempt) {
                case WireAttempt.Failed failed -> Optional.of(explain(failed));
                case WireAttempt.Answered answered -> refusal(answered.response());
            };
            return obstacle.isPresent() ? obstacle : operations(tally, request, Probe.answer(attempt));
        } catch (SettingsException | LimitReachedException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (NoAnswerException e) {
            return Optional.of("The place where effects are counted does not answer: " + e.getMessage());
        }
    }

    private Optional<String> operations(Tally tally, WireRequest request, WireResponse first) {
        long executions = tally.executions(List.of(first)).orElse(0);
        if (tally.counts() && executions != 1) {
            return Optional.of("The first request was answered by " + first.status()
                    + ", and the count of effects rose by " + executions
                    + " instead of 1. Is it the right place to count, and is nobody else at work?");
        }
        Operation known = new Operation(request, first);
        Operation second = operation();
        if (!second.happened()) {
            String seen = "The same body under another key "
                    + (second.answer().isSuccess()
                            ? "is not executed"
                            : "got " + second.answer().status());
            if (!probe.session().vary()) {
                return Optional.of(seen + ", so nothing can be said about a second operation; give a body with a number"
                        + " that may become smaller");
            }
            probe.session().observations().add(seen + ", so each operation has a smaller number than the one before");
            second = operation();
            if (!second.happened()) {
                return Optional.of(seen + ", and another body got "
                        + second.answer().status() + ": nothing can be said about a second operation");
            }
        }
        observe(List.of(known, second, operation()), tally.counts());
        return Optional.empty();
    }

    private record Operation(WireRequest request, WireResponse answer, long executions) {
        Operation(WireRequest request, WireResponse answer) {
            this(request, answer, 1);
        }

        boolean happened() {
            return answer.isSuccess() && executions != 0;
        }
    }

    private Operation operation() {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey());
        WireResponse answer = probe.send(request);
        return new Operation(
                request,
                answer,
                tally.counts() ? tally.executions(List.of(answer)).orElse(0) : 1);
    }

    /** Says what three operations have shown, before anything is judged by it. */
    private void observe(List<Operation> operations, boolean counted) {
        Session session = probe.session();
        List<WireResponse> answers = operations.stream().map(Operation::answer).toList();
        session.identity(Identity.of(
                answers,
                operations.stream()
                        .map(operation -> String.valueOf(operation.request().body()))
                        .toList()));
        session.marksFirst(answers.stream().anyMatch(WireProfile::isMarked));
        if (counted) {
            session.observations().add("Executions are counted by --effects");
        } else if (session.identity().isNothing()) {
            session.observations()
                    .add("The answers to three operations do not differ, so executions cannot be told apart; say with"
                            + " --effects where they can be counted");
        } else {
            session.observations()
                    .add("Executions are told apart by " + session.identity().words()
                            + "; what does not show there can be counted with --effects");
        }
    }

    private static String explain(WireAttempt.Failed failed) {
        return switch (failed.failure()) {
            case UNREACHABLE -> failed.detail() + ". Is the service running, and is the address right?";
            case TLS -> failed.detail() + ". Check the certificate, or whether the address should begin with http:.";
            case NOT_HTTP, BROKEN ->
                failed.detail() + ". Is it an HTTP service, and should the address begin with https:?";
            case TIMEOUT -> failed.detail() + ". Allow more with --timeout if the service is that slow.";
            case TOO_LONG -> failed.detail() + ". Choose a request with a shorter response.";
        };
    }

    private Optional<String> refusal(WireResponse response) {
        int status = response.status();
        return switch (status) {
            case 301, 302, 307, 308 ->
                Optional.of("The endpoint redirects to "
                        + response.first("Location").orElse("nowhere") + "; give that address instead ("
                        + status + ")");
            case 401, 403, 407 ->
                Optional.of("The endpoint refuses the caller (" + status
                        + "); give a valid credential with --credential 'Authorization: ...'");
            case 404 -> Optional.of("There is nothing at this address (404)");
            case 405, 501 ->
                Optional.of("The endpoint does not know the method (" + status + "); give one with --method");
            case 429 -> Optional.of("The endpoint refuses so many requests (429); slow down with --rate");
            default -> {
                if (status >= 500) {
                    yield Optional.of(
                            "The endpoint fails by itself (" + status + "); nothing can be said about retries");
                }
                yield status >= 400
                        ? Optional.of("The endpoint refuses the ordinary request (" + status + excerpt(response)
                                + "); check the body and its type")
                        : Optional.empty();
            }
        };
    }

    private static String excerpt(WireResponse response) {
        String text = response.text().replaceAll("\\s+", " ").strip();
        return text.isEmpty() ? "" : ": " + (text.length() <= 120 ? text : text.substring(0, 120) + "…");
    }

    /** The body that is sent for a mismatch, where it was derived. */
    static Optional<Payload> derived(Target target) {
        return target.otherBody() == null ? target.mismatchingBody() : Optional.empty();
    }
}
