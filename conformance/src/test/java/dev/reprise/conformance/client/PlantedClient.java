package dev.reprise.conformance.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** A client that retries as it should, but for one fault. */
final class PlantedClient implements ClientProgram {
    private static final long BASE_MILLIS = 300;
    /** Long against the noise of a busy machine, so that equal waits look equal. */
    private static final long EQUAL_MILLIS = 1000;

    private static final int ATTEMPTS = 5;

    private final ClientFault fault;
    private final HttpClient http = HttpClient.newHttpClient();

    PlantedClient(ClientFault fault) {
        this.fault = fault;
    }

    private boolean has(ClientFault other) {
        return fault == other;
    }

    @Override
    public Ended run(URI address, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        String key = UUID.randomUUID().toString();
        int status = call(address, FIRST, key, end);
        boolean keeps = has(ClientFault.KEEPS_ITS_KEY_FOR_THE_NEXT_OPERATION)
                || (has(ClientFault.KEEPS_ITS_KEY_AFTER_A_REFUSAL) && status == 422);
        call(address, SECOND, keeps ? key : UUID.randomUUID().toString(), end);
        return new Ended(System.nanoTime() < end, "");
    }

    /** Makes one operation; returns the last status, or 0. */
    private int call(URI address, String mark, String key, long end) throws InterruptedException {
        int attempts = has(ClientFault.NEVER_GIVES_UP) ? Integer.MAX_VALUE : ATTEMPTS;
        int status = 0;
        for (int attempt = 0; attempt < attempts && System.nanoTime() < end; attempt++) {
            Optional<Duration> wait = Optional.empty();
            try {
                HttpResponse<String> response =
                        http.send(request(address, mark, key, attempt), BodyHandlers.ofString());
                status = response.statusCode();
                if (!isRetried(response)) {
                    return status;
                }
                wait = named(response);
            } catch (IOException e) {
                boolean cut = String.valueOf(e.getMessage()).contains("fixed content-length");
                if (has(cut ? ClientFault.TAKES_HALF_AN_ANSWER : ClientFault.GIVES_UP_WHEN_AN_ANSWER_IS_LOST)) {
                    return 0;
                }
            }
            Thread.sleep(wait.orElse(backoff(attempt)));
        }
        return status;
    }

    private HttpRequest request(URI address, String mark, String key, int attempt) {
        String body = "{\"amount\":1000,\"note\":\"" + mark + "\""
                + (has(ClientFault.CHANGES_BYTES) ? ",\"attempt\":" + attempt : "") + "}";
        HttpRequest.Builder builder = HttpRequest.newBuilder(address.resolve("/charges"))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer alice" + (has(ClientFault.CHANGES_ITS_CREDENTIAL) ? attempt : ""))
                .POST(BodyPublishers.ofString(body));
        if (!has(ClientFault.SENDS_NO_KEY)) {
            boolean anew = has(ClientFault.MAKES_A_NEW_KEY_FOR_EACH_ATTEMPT);
            builder.header("Idempotency-Key", anew ? UUID.randomUUID().toString() : key);
        }
        if (attempt == 0 || !has(ClientFault.DROPS_FIELDS)) {
            builder.header("X-Tenant", "shop");
        }
        return builder.build();
    }

    private boolean isRetried(HttpResponse<String> response) {
        boolean replayed = response.headers().firstValue("Idempotent-Replayed").isPresent();
        boolean forgotten =
                response.headers().firstValue("Idempotency-Retention").isPresent();
        return switch (response.statusCode()) {
            case 503 ->
                !has(ClientFault.GIVES_UP_WHEN_THE_SERVER_IS_DOWN)
                        && (!forgotten || has(ClientFault.IGNORES_RETENTION));
            case 429 -> !has(ClientFault.GIVES_UP_AFTER_429);
            case 409 -> !has(ClientFault.GIVES_UP_WHILE_IN_PROGRESS);
            case 400, 422 -> has(ClientFault.RETRIES_WHAT_IS_WRONG);
            case 402 -> has(ClientFault.RETRIES_RESULTS);
            case 500 -> !replayed;
            default -> false;
        };
    }

    private Optional<Duration> named(HttpResponse<String> response) {
        @Nullable String value = response.headers().firstValue("Retry-After").orElse(null);
        if (value == null || has(ClientFault.IGNORES_RETRY_AFTER)) {
            return Optional.empty();
        }
        if (value.matches("[0-9]+")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        return has(ClientFault.IGNORES_DATES)
                ? Optional.empty()
                : Optional.of(Duration.between(
                        Instant.now(), DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from)));
    }

    private Duration backoff(int attempt) {
        if (has(ClientFault.DOES_NOT_WAIT)) {
            return Duration.ZERO;
        }
        if (has(ClientFault.HAS_NO_JITTER)) {
            return Duration.ofMillis(EQUAL_MILLIS + EQUAL_MILLIS / 4 * Math.min(attempt, 2));
        }
        long longest = has(ClientFault.DOES_NOT_WAIT_LONGER) ? BASE_MILLIS : BASE_MILLIS << Math.min(attempt, 2);
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest / 4, longest));
    }
}
