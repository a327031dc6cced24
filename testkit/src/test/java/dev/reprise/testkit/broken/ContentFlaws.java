package dev.reprise.testkit.broken;

import static dev.reprise.testkit.broken.OwnershipFlaws.writing;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Unknown;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Stores that give back something else than what they were given. */
final class ContentFlaws {
    private static final String BYTES = "of_a_finished_operation_returns_the_response_byte_for_byte_S7";
    private static final String FIELDS = "complete_keeps_all_statuses_and_fields_of_any_length_S7";

    private ContentFlaws() {}

    static List<Flaw> all() {
        return List.of(
                response("drops trailers", BYTES, response -> response.withTrailers(Headers.EMPTY)),
                response("keeps one field of each name", BYTES, ContentFlaws::oneOfEach),
                response(
                        "drops empty values",
                        BYTES,
                        response -> fields(response, (name, value) -> value.isEmpty() ? null : value)),
                response("keeps names in lower case", BYTES, response -> {
                    Headers.Builder headers = Headers.builder();
                    response.headers()
                            .forEach((name, value) -> headers.add(name.toLowerCase(java.util.Locale.ROOT), value));
                    return response.withHeaders(headers.build());
                }),
                response("trims values", FIELDS, response -> fields(response, (name, value) -> value.strip())),
                response(
                        "cuts values off",
                        FIELDS,
                        response ->
                                fields(response, (name, value) -> value.substring(0, Math.min(value.length(), 4096)))),
                response(
                        "keeps bodies as text",
                        BYTES,
                        response -> body(response, new String(response.body().bytes(), UTF_8).getBytes(UTF_8))),
                response(
                        "cuts bodies off",
                        "complete_keeps_a_body_of_some_megabytes_S7",
                        response -> body(
                                response,
                                Arrays.copyOf(
                                        response.body().bytes(),
                                        Math.min(1 << 20, response.body().length())))),
                response(
                        "takes a body that was left out for an empty one",
                        "complete_keeps_the_mark_of_an_omitted_body_S21",
                        response -> body(response, response.body().bytes())),
                response(
                        "keeps statuses that it knows",
                        FIELDS,
                        response -> new Response(
                                response.status() == 599 ? 500 : response.status(),
                                response.headers(),
                                response.body(),
                                response.trailers())),
                writing(
                        "forgets the version of fingerprints",
                        "keeps_fingerprints_of_any_version_and_length",
                        (before, after) -> fingerprint(
                                after,
                                new RequestFingerprint(1, after.fingerprint().digest()))),
                writing(
                        "cuts fingerprints off",
                        "keeps_fingerprints_of_any_version_and_length",
                        (before, after) -> fingerprint(
                                after,
                                new RequestFingerprint(
                                        after.fingerprint().version(),
                                        Arrays.copyOf(
                                                after.fingerprint().digest(),
                                                Math.min(32, after.fingerprint().digest().length))))),
                writing(
                        "cuts reasons off",
                        "park_says_since_when_and_takes_reasons_of_any_length",
                        (before, after) -> after.state() instanceof Unknown unknown
                                ? after.with(new Unknown(
                                        unknown.reason()
                                                .substring(
                                                        0,
                                                        Math.min(
                                                                200,
                                                                unknown.reason().length())),
                                        unknown.since(),
                                        unknown.reconcileAfter(),
                                        unknown.owner()))
                                : after),
                writing(
                        "says that an operation is unknown since it was claimed",
                        "park_says_since_when_and_takes_reasons_of_any_length",
                        (before, after) -> after.state() instanceof Unknown unknown
                                ? after.with(new Unknown(unknown.reason(), after.createdAt(), unknown.owner()))
                                : after),
                writing(
                        "forgets the reason when somebody reconciles",
                        "gives_one_caller_the_turn_until_its_time_is_over",
                        (before, after) -> before != null
                                        && before.state() instanceof Unknown
                                        && after.state() instanceof Unknown unknown
                                ? after.with(
                                        new Unknown("", unknown.since(), unknown.reconcileAfter(), unknown.owner()))
                                : after),
                writing(
                        "counts the retention from the claim",
                        "complete_keeps_the_response_for_the_retention_S23",
                        (before, after) -> after.state() instanceof Completed done
                                ? after.with(new Completed(
                                        done.response(),
                                        done.completedAt(),
                                        done.expiresAt().minus(Duration.ofSeconds(1))))
                                : after),
                writing(
                        "says that an operation was completed when it was claimed",
                        "complete_counts_the_retention_from_the_completion_S23",
                        (before, after) -> after.state() instanceof Completed done
                                ? after.with(new Completed(done.response(), after.createdAt(), done.expiresAt()))
                                : after),
                new Flaw(
                        "counts a heartbeat as another attempt",
                        "changes_nothing_but_the_end_of_the_lease",
                        clock -> new FlawedStore(clock) {
                            @Override
                            public LeaseStatus renew(Lease lease) {
                                records.computeIfPresent(lease.id(), (id, record) -> again(record));
                                return super.renew(lease);
                            }
                        }));
    }

    private static Flaw response(String what, String caughtBy, UnaryOperator<Response> change) {
        return writing(
                what,
                caughtBy,
                (before, after) -> after.state() instanceof Completed done
                        ? after.with(new Completed(change.apply(done.response()), done.completedAt(), done.expiresAt()))
                        : after);
    }

    private static Response oneOfEach(Response response) {
        Map<String, String> last = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        response.headers().forEach(last::put);
        Headers.Builder headers = Headers.builder();
        last.forEach(headers::add);
        return response.withHeaders(headers.build());
    }

    private static Response fields(
            Response response, BiFunction<String, String, @org.jspecify.annotations.Nullable String> change) {
        Headers.Builder headers = Headers.builder();
        response.headers().forEach((name, value) -> {
            String changed = change.apply(name, value);
            if (changed != null) {
                headers.add(name, changed);
            }
        });
        return response.withHeaders(headers.build());
    }

    private static Response body(Response response, byte[] bytes) {
        return response.withBody(Body.of(bytes));
    }

    private static OperationRecord again(OperationRecord record) {
        return new OperationRecord(
                record.id(),
                record.fingerprint(),
                record.token(),
                record.attempt() + 1,
                record.createdAt(),
                record.state());
    }

    private static OperationRecord fingerprint(OperationRecord record, RequestFingerprint fingerprint) {
        return new OperationRecord(
                record.id(), fingerprint, record.token(), record.attempt(), record.createdAt(), record.state());
    }
}
