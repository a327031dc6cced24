package dev.reprise.conformance.client;

import dev.reprise.conformance.Field;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What the scripted server does with one request. */
sealed interface Reply {
    /** How a report shows it. */
    String words();

    /**
     * An answer.
     *
     * @param fields made when it is sent, as a date is
     */
    record Answer(int status, String words, Function<Instant, List<Field>> fields, String body) implements Reply {
        static Answer of(int status, String body, Field... fields) {
            StringBuilder words = new StringBuilder(Integer.toString(status));
            List.of(fields)
                    .forEach(field ->
                            words.append(", ").append(field.name()).append(": ").append(field.value()));
            return new Answer(status, words.toString(), now -> List.of(fields), body);
        }
    }

    /** The request is executed, and the connection is reset before the answer. */
    record Lost() implements Reply {
        @Override
        public String words() {
            return "executed, and the connection was reset before the answer";
        }
    }

    /** The request is executed, and its answer breaks off in the middle of the body. */
    record Cut() implements Reply {
        @Override
        public String words() {
            return "executed, and the answer broke off in the middle of its body";
        }
    }

    private static Answer problem(int status, String type, String code, Field... more) {
        List<Field> fields = new ArrayList<>(List.of(more));
        Answer plain = Answer.of(
                status,
                "{\"type\":\"https://reprise.dev/problems/" + type + "\",\"title\":\"" + type + "\",\"status\":"
                        + status
                        + ",\"error\":{\"type\":\"idempotency_error\",\"code\":\"" + code + "\",\"message\":\"" + type
                        + "\"}}",
                more);
        fields.add(new Field("Content-Type", "application/problem+json"));
        return new Answer(status, plain.words(), now -> List.copyOf(fields), plain.body());
    }

    /** It is down, and says nothing more. */
    static Answer down() {
        return Answer.of(503, "{\"error\":{\"type\":\"api_error\",\"message\":\"down\"}}", json());
    }

    /** It is down, and says for how many seconds. */
    static Answer downFor(int seconds) {
        return Answer.of(503, down().body(), json(), new Field("Retry-After", Integer.toString(seconds)));
    }

    /** It is down, and says until when: a whole second, at least so many from now. */
    static Answer downUntil(int seconds) {
        return new Answer(
                503,
                "503, Retry-After: the date " + seconds + " to " + (seconds + 1) + " seconds later",
                now -> List.of(
                        json(),
                        new Field(
                                "Retry-After",
                                DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
                                        .withZone(ZoneOffset.UTC)
                                        .format(now.plusSeconds(seconds + 1)))),
                down().body());
    }

    /** It is down, and will not remember the operation any longer. */
    static Answer downAndForgetful() {
        return Answer.of(503, down().body(), json(), new Field("Idempotency-Retention", "0"));
    }

    /** Too many requests. */
    static Answer tooMany() {
        return Answer.of(429, "{\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow down\"}}", json());
    }

    /** The first attempt is still running. */
    static Answer inProgress() {
        return problem(409, "in-progress", "idempotency_key_in_use", new Field("Retry-After", "1"));
    }

    /** The key belongs to another request. */
    static Answer mismatch() {
        return problem(422, "payload-mismatch", "idempotency_key_mismatch");
    }

    /** The request is malformed. */
    static Answer malformed() {
        return problem(400, "malformed-request", "parameter_invalid");
    }

    /** The operation was refused. */
    static Answer declined() {
        return Answer.of(402, "{\"error\":{\"type\":\"card_error\",\"message\":\"declined\"}}", json());
    }

    /** The recorded failure of an earlier attempt. */
    static Answer replayedFailure() {
        return Answer.of(
                500,
                "{\"error\":{\"type\":\"api_error\",\"message\":\"broken\"}}",
                json(),
                new Field("Idempotent-Replayed", "true"));
    }

    private static Field json() {
        return new Field("Content-Type", "application/json");
    }
}
