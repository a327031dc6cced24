package dev.reprise.spring.boot;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Kind;
import dev.reprise.Reconciler.Attempt;
import dev.reprise.Reconciler.Finding;
import dev.reprise.Response;
import dev.reprise.http.ReplayRules;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.ResumableStore.Step;
import dev.reprise.spi.StoreException;
import dev.reprise.spring.boot.OperatorRecords.Operator;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/** What operators see of operations, and do to them, at {@code /actuator/reprise}. Thread-safe. */
@WebEndpoint(id = "reprise")
final class OperatorEndpoint {
    private static final int LISTED = 100;

    private final OperatorRecords records;

    OperatorEndpoint(OperatorRecords records) {
        this.records = records;
    }

    /**
     * How many operations are not finished, by state, and the first of them.
     *
     * @param counts by state, each up to what is looked at
     * @param countsUpTo how many of the running and of the unknown ones are looked at; where one of them has as many, there are more
     * @param operations the unknown ones, then the abandoned ones, then the others
     */
    record Overview(Map<String, Long> counts, int countsUpTo, List<SeenOperation> operations) {}

    /**
     * What came of a request.
     *
     * @param ending done, or why not
     */
    record Came(String ending, String detail) {}

    /** What is not finished; or, of a key, everything. */
    @ReadOperation
    WebEndpointResponse<?> overview(@Nullable String key) {
        return answer(() -> key == null
                ? new WebEndpointResponse<>(overview())
                : new WebEndpointResponse<>(Map.of("operations", records.ofKey(new IdempotencyKey(key)))));
    }

    private Overview overview() {
        List<SeenOperation> unfinished = Stream.of(Kind.UNKNOWN, Kind.RUNNING)
                .flatMap(kind -> records.unfinished(kind).stream())
                .toList();
        Map<String, Long> counts =
                unfinished.stream().collect(Collectors.groupingBy(SeenOperation::state, Collectors.counting()));
        List<String> order =
                List.of(SeenOperation.UNKNOWN, SeenOperation.ABANDONED, SeenOperation.WAITING, SeenOperation.RUNNING);
        order.forEach(state -> counts.putIfAbsent(state, 0L));
        List<SeenOperation> first = order.stream()
                .flatMap(state -> unfinished.stream().filter(one -> one.state().equals(state)))
                .limit(LISTED)
                .toList();
        return new Overview(counts, OperatorRecords.MOST, first);
    }

    /** One operation, with its steps. */
    @ReadOperation
    WebEndpointResponse<?> operation(@Selector String id) {
        return onOperation(
                id,
                named -> records.find(named)
                        .<WebEndpointResponse<?>>map(WebEndpointResponse::new)
                        .orElseGet(OperatorEndpoint::notThere));
    }

    /** Makes its key new, so that the next request with it executes. */
    @DeleteOperation
    WebEndpointResponse<?> release(
            @Selector String id,
            long token,
            @Nullable Boolean repeat,
            @Nullable String by,
            @Nullable String reason,
            SecurityContext security) {
        return onOperation(
                id,
                named -> came(
                        records.release(
                                named,
                                new FencingToken(token),
                                Boolean.TRUE.equals(repeat),
                                new Operator(who(security, by), reason)),
                        "Released: the next request with the key executes."));
    }

    /**
     * Records what its retries get from now on.
     *
     * @param headers the fields of the response, one a line: Actuator takes texts, and no lists
     */
    @WriteOperation
    WebEndpointResponse<?> resolve(
            @Selector String id,
            long token,
            int status,
            @Nullable String headers,
            @Nullable String body,
            @Nullable String by,
            @Nullable String reason,
            SecurityContext security) {
        return onOperation(
                id,
                named -> came(
                        records.resolve(
                                named,
                                new FencingToken(token),
                                response(status, headers == null ? "" : headers, body == null ? "" : body),
                                new Operator(who(security, by), reason)),
                        "Resolved: retries get the response."));
    }

    /**
     * Has its reconciler asked now what happened to it (S33).
     *
     * @param action {@code reconcile}: Actuator knows actions by the method of the request alone
     */
    @WriteOperation
    WebEndpointResponse<?> reconcile(@Selector String id, @Selector String action, long token) {
        return action.equals("reconcile")
                ? onOperation(id, named -> came(records.reconcile(named, new FencingToken(token))))
                : notThere();
    }

    /** Whoever is authenticated cannot be another one in the audit. */
    private static @Nullable String who(SecurityContext security, @Nullable String by) {
        Principal principal = security.getPrincipal();
        return principal == null ? by : principal.getName();
    }

    /** What would be dropped without a word is refused. */
    private static Response response(int status, String headers, String body) {
        Headers.Builder fields = Headers.builder();
        for (String line : headers.lines().filter(line -> !line.isBlank()).toList()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException(
                        '"' + line + "\" is not a header field; write it as in Content-Type: text/plain");
            }
            fields.add(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        Response described = new Response(status, fields.build(), Body.of(body.getBytes(StandardCharsets.UTF_8)));
        Response replayed = ReplayRules.recordable(described);
        described.headers().forEach((name, value) -> {
            if (replayed.headers().first(name).isEmpty()) {
                throw new IllegalArgumentException(
                        "The field " + name + " belongs to one exchange and is never replayed (S18); leave it out");
            }
        });
        return described;
    }

    private static WebEndpointResponse<?> onOperation(String id, Function<OperationId, WebEndpointResponse<?>> work) {
        Optional<OperationId> named = SeenOperation.named(id);
        return named.isEmpty() ? notThere() : answer(() -> work.apply(named.get()));
    }

    private static WebEndpointResponse<?> answer(Supplier<WebEndpointResponse<?>> work) {
        try {
            return work.get();
        } catch (StoreException e) {
            return new WebEndpointResponse<>(new Came("failed", String.valueOf(e.getMessage())), 503);
        } catch (IllegalArgumentException e) {
            return new WebEndpointResponse<>(new Came("invalid", String.valueOf(e.getMessage())), 400);
        }
    }

    private static WebEndpointResponse<?> notThere() {
        return new WebEndpointResponse<>(new Came("not-found", "There is no such operation"), 404);
    }

    private static WebEndpointResponse<?> came(Intervened intervened, String done) {
        return switch (intervened) {
            case Intervened.Done ignored -> new WebEndpointResponse<>(new Came("ended", done));
            case Intervened.Changed ignored ->
                refused("changed", "It is not there, or not as it was seen any more; look at it again");
            case Intervened.Running ignored -> refused("running", "Its owner is alive; wait for its end");
            case Intervened.Finished ignored ->
                refused("finished", "It is finished, and finished records are never changed");
            case Intervened.NoSuchStep ignored -> refused("no-such-step", "It has no such step");
            case Intervened.WouldRepeat(List<Step> steps) ->
                refused(
                        "would-repeat",
                        "These steps would be done again: "
                                + steps.stream().map(Step::name).collect(Collectors.joining(", "))
                                + ". Say repeat=true if that does no harm");
        };
    }

    private static WebEndpointResponse<?> came(Attempt attempt) {
        return switch (attempt) {
            case Attempt.Found found -> new WebEndpointResponse<>(came(found.finding()));
            case Attempt.NotWritten ignored ->
                refused(
                        "not-written",
                        "There was an answer, and it is not written down: somebody else has ended the operation meanwhile, or the "
                                + "store did not answer. Look at it again");
            case Attempt.OthersTurn turn ->
                refused(
                        "others-turn",
                        "Somebody is asking, or has asked a moment ago. Nobody else does until " + turn.until());
            case Attempt.Changed ignored ->
                refused("changed", "It is not unknown any more, or not as it was seen; look at it again");
            case Attempt.NobodyToAsk ignored ->
                refused("nobody-to-ask", "No reconciler of this application knows what happened to it");
        };
    }

    private static Came came(Finding finding) {
        return switch (finding) {
            case Finding.Happened happened ->
                new Came(
                        "executed",
                        "It has happened, with " + happened.response().status()
                                + ": retries get the answer from now on.");
            case Finding.DidNotHappen ignored ->
                new Came("not-executed", "It did not happen: the next request with the key executes.");
            case Finding.NotKnown notKnown ->
                new Came("still-unknown", "It is not known yet: " + notKnown.reason() + ". Nothing was changed.");
        };
    }

    private static WebEndpointResponse<?> refused(String ending, String detail) {
        return new WebEndpointResponse<>(new Came(ending, detail), 409);
    }
}
