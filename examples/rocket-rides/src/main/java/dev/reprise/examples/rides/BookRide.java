package dev.reprise.examples.rides;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.OperationType;
import dev.reprise.Response;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableOperation;
import dev.reprise.resumable.ResumablePolicy;
import dev.reprise.resumable.Steps;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;

/**
 * Books a ride: creates it, charges the card, and confirms it together with the receipt. The first and the last step are
 * transactions of this database; the charge is somebody else's.
 */
final class BookRide implements ResumableOperation<RideRequest, Response, Connection> {
    private static final long FARE = 2_000;
    /** How long nobody goes on with a ride after a crash: short, so that the example is not boring. */
    private static final Duration LEASE = Duration.ofSeconds(3);

    private final StripePayments payments;
    private final Receipts receipts;

    private BookRide(StripePayments payments, Receipts receipts) {
        this.payments = payments;
        this.receipts = receipts;
    }

    static Resumable<RideRequest, Response, Connection> type(
            Codecs codecs, StripePayments payments, Receipts receipts) {
        return Resumable.answering(
                        new OperationType("book-ride", 1),
                        codecs.of(RideRequest.class),
                        new BookRide(payments, receipts))
                .with(ResumablePolicy.DEFAULT
                        .withLease(LEASE)
                        .withAttempts(100, Duration.ofMillis(100), Duration.ofSeconds(2)));
    }

    @Override
    public Response run(RideRequest request, Steps<Connection> steps) {
        long ride = steps.local("create ride", Long.class, connection -> Rides.insert(connection, request));
        Payment payment =
                steps.remote("charge card", Payment.class, key -> payments.charge(key, request.customer(), FARE));
        if (payment.declined()) {
            steps.local("cancel ride", connection -> Rides.cancel(connection, ride));
            return answer(402, "{\"error\":\"The card was declined\",\"ride\":" + ride + "}\n");
        }
        steps.local("confirm ride", connection -> {
            Rides.confirm(connection, ride, payment.charge());
            receipts.stage(connection, ride, request.customer(), FARE);
        });
        return answer(201, "{\"ride\":" + ride + ",\"charge\":\"" + payment.charge() + "\"}\n");
    }

    private static Response answer(int status, String json) {
        return new Response(
                status, Headers.of("Content-Type", "application/json"), Body.of(json.getBytes(StandardCharsets.UTF_8)));
    }
}
