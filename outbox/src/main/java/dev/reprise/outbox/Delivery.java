package dev.reprise.outbox;

import dev.reprise.client.Backoff;
import dev.reprise.client.CallFailedException;
import dev.reprise.client.Certainty;
import dev.reprise.client.ResumedOperation;
import dev.reprise.client.RetryPolicy;
import dev.reprise.client.RetryReport;
import dev.reprise.client.RetryingHttpClient;
import dev.reprise.client.StopReason;
import dev.reprise.client.spi.RetryAfter;
import dev.reprise.outbox.DeliveryRound.Ended;
import dev.reprise.outbox.DeliveryRound.Later;
import dev.reprise.outbox.DeliveryRound.Parked;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One round: from an operation that was taken to how it stands afterwards. */
final class Delivery {
    private final InstantSource clock;
    private final RetryingHttpClient client;
    private final RetryPolicy policy;
    private final Backoff between;
    private final RandomGenerator random;
    private final UnaryOperator<HttpRequest> finishing;
    private final int longestAnswer;
    private final boolean untilAccepted;

    /** @param clock the database's */
    Delivery(
            InstantSource clock,
            RetryingHttpClient client,
            RetryPolicy policy,
            Backoff between,
            RandomGenerator random,
            UnaryOperator<HttpRequest> finishing,
            int longestAnswer,
            boolean untilAccepted) {
        this.clock = clock;
        this.client = client;
        this.policy = policy;
        this.between = between;
        this.random = random;
        this.finishing = finishing;
        this.longestAnswer = longestAnswer;
        this.untilAccepted = untilAccepted;
    }

    /** @throws InterruptedException if it is broken off; it may have been sent */
    DeliveryRound round(Claimed claimed) throws InterruptedException {
        Instant now = clock.instant();
        if (!now.isBefore(claimed.until())) {
            return new Later(Duration.ZERO, claimed.open(), "Its claim had run out before it was sent.");
        }
        if (claimed.open() && !now.isBefore(claimed.forgottenAt(policy.retention()))) {
            return new Parked(
                    true,
                    "It may have happened, and the server may have forgotten its key by now (C7)."
                            + " Find out what happened, and resolve it.");
        }
        if (!now.isBefore(claimed.request().deadline())) {
            return new Parked(claimed.open(), "Its deadline is over. " + happened(claimed.open()));
        }
        HttpRequest request;
        try {
            request =
                    Objects.requireNonNull(finishing.apply(request(claimed.request())), "There is no request any more");
        } catch (Throwable e) {
            // As when there is no credential to be had at the moment.
            return new Later(
                    pause(claimed, Duration.ZERO), claimed.open(), "It could not be made ready to be sent: " + e);
        }
        return send(claimed, request);
    }

    private DeliveryRound send(Claimed claimed, HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<byte[]> response = client.resume(
                    request,
                    new ResumedOperation(claimed.request().key(), claimed.firstSent(), claimed.open()),
                    FirstBytes.atMost(longestAnswer));
            return answered(claimed, response, RetryReport.of(response).orElseThrow());
        } catch (CallFailedException e) {
            return unfinished(claimed, e.report(), null, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return failed(claimed, e);
        } catch (RuntimeException e) {
            // Nothing was sent, and the next round will not change that: as a key that this profile cannot send.
            return new Parked(claimed.open(), "It cannot be sent: " + e + ". " + happened(claimed.open()));
        }
    }

    /** A round that was broken off, which tells whether it was sent. */
    Later brokenOff(Claimed claimed, InterruptedException end) {
        boolean open =
                claimed.open() || RetryReport.of(end).map(Delivery::isOpen).orElse(false);
        return new Later(Duration.ZERO, open, "Its deliverer was closed while it was being sent.");
    }

    /** A round that failed in a way that nobody expected, and may not the next time. */
    Later failed(Claimed claimed, Throwable failure) {
        boolean open =
                claimed.open() || RetryReport.of(failure).map(Delivery::isOpen).orElse(true);
        return new Later(pause(claimed, Duration.ZERO), open, "It failed unexpectedly: " + failure);
    }

    private static HttpRequest request(OutboxRequest request) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri())
                .method(request.method(), BodyPublishers.ofByteArray(request.body()));
        request.fields().forEach(builder::header);
        return builder.build();
    }

    private DeliveryRound answered(Claimed claimed, HttpResponse<byte[]> response, RetryReport report) {
        if (untilAccepted && response.statusCode() / 100 == 4) {
            return new Later(
                    pause(claimed, notBefore(response)), isOpen(report), report.remembered(), answered(response));
        }
        DeliveryRound.Body answer = new DeliveryRound.Body(response.body());
        return switch (report.certainty()) {
            case HAPPENED -> new Ended(OutboxState.DELIVERED, response.statusCode(), answer);
            case REFUSED ->
                report.stop() == StopReason.FINAL
                        ? new Ended(OutboxState.REFUSED, response.statusCode(), answer)
                        : unfinished(claimed, report, response, answered(response));
            // As when it was redirected, or had no credential: nothing is wrong with the operation.
            case DID_NOT_HAPPEN, MAY_HAVE_HAPPENED -> unfinished(claimed, report, response, answered(response));
        };
    }

    /** What an answer says that is none to the operation, and where to it points. Its query may hold what is not for notes. */
    private static String answered(HttpResponse<?> response) {
        HttpResponse<?> first = response;
        while (first.previousResponse().isPresent()) {
            first = first.previousResponse().get();
        }
        URI from = first.uri();
        String to = first.headers()
                .firstValue("Location")
                .map(location -> " sends it to " + target(from, location))
                .orElse("");
        return "Answer " + first.statusCode() + to;
    }

    private static String target(URI from, String location) {
        try {
            URI target = from.resolve(location);
            return target.getHost() + target.getRawPath();
        } catch (IllegalArgumentException e) {
            return "nowhere";
        }
    }

    private DeliveryRound unfinished(
            Claimed claimed, RetryReport report, @Nullable HttpResponse<?> response, String note) {
        boolean open = isOpen(report);
        return switch (report.stop()) {
            case FINAL, UNREPEATABLE_BODY, NO_KEY, RETENTION ->
                new Parked(
                        open,
                        response == null ? null : response.statusCode(),
                        report.remembered(),
                        note + ". " + happened(open));
            case ATTEMPTS, DEADLINE, BUDGET, CLOSED ->
                new Later(pause(claimed, notBefore(response)), open, report.remembered(), note);
        };
    }

    private static boolean isOpen(RetryReport report) {
        return report.certainty() != Certainty.DID_NOT_HAPPEN && report.certainty() != Certainty.REFUSED;
    }

    /** How long the server wants to be left alone (C4). */
    private Duration notBefore(@Nullable HttpResponse<?> response) {
        return response == null
                ? Duration.ZERO
                : response.headers()
                        .firstValue("Retry-After")
                        .flatMap(value -> RetryAfter.parse(value, clock.instant()))
                        .orElse(Duration.ZERO);
    }

    /** Until the next round, or until the deadline is over, if that is sooner. */
    private Duration pause(Claimed claimed, Duration notBefore) {
        Duration pause = notBefore.plus(between.delay(claimed.rounds() - 1, between.base(), random));
        Duration left = Duration.between(clock.instant(), claimed.request().deadline());
        if (left.isNegative()) {
            return Duration.ZERO;
        }
        return left.compareTo(pause) < 0 ? left : pause;
    }

    private static String happened(boolean open) {
        return open
                ? "It may have happened: find out, and resolve it."
                : "It did not happen: cure that and retry it, or resolve it.";
    }
}
