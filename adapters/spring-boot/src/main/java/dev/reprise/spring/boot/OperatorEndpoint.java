package dev.reprise.spring.boot;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.IdempotencyException;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Kind;
import dev.reprise.Response;
import dev.reprise.http.ReplayRules;
import dev.reprise.spring.boot.OperatorAnswer.Came;
import java.nio.charset.StandardCharsets;
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
    private final OperatorActions actions;

    OperatorEndpoint(OperatorRecords records, OperatorActions actions) {
        this.records = records;
        this.actions = actions;
    }

    /**
     * How many operations are not finished, by state, and the first of them.
     *
     * @param counts by state, each up to what is looked at
     * @param countsUpTo how many of the running and of the unknown ones are looked at; where one of them has as many, there are more
     * @param operations the unknown ones, then the abandoned ones, then the others
     */
    record Overview(Map<String, Long> counts, int countsUpTo, List<SeenOperation> operations) {}

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
                named -> actions.release(
                                named,
                                new FencingToken(token),
                                Boolean.TRUE.equals(repeat),
                                Operator.said(security, by, reason))
                        .toResponse());
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
                named -> actions.resolve(
                                named,
                                new FencingToken(token),
                                response(status, headers == null ? "" : headers, body == null ? "" : body),
                                Operator.said(security, by, reason))
                        .toResponse());
    }

    /**
     * Has its reconciler asked now what happened to it (S33).
     *
     * @param action {@code reconcile}: Actuator knows actions by the method of the request alone
     */
    @WriteOperation
    WebEndpointResponse<?> reconcile(
            @Selector String id,
            @Selector String action,
            long token,
            @Nullable String by,
            @Nullable String reason,
            SecurityContext security) {
        return action.equals("reconcile")
                ? onOperation(
                        id,
                        named -> actions.reconcile(named, new FencingToken(token), Operator.said(security, by, reason))
                                .toResponse())
                : notThere();
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
        } catch (IdempotencyException e) {
            return new WebEndpointResponse<>(new Came("failed", String.valueOf(e.getMessage())), 503);
        } catch (IllegalArgumentException e) {
            return new WebEndpointResponse<>(new Came("invalid", String.valueOf(e.getMessage())), 400);
        }
    }

    private static WebEndpointResponse<?> notThere() {
        return new WebEndpointResponse<>(new Came("not-found", "There is no such operation"), 404);
    }
}
