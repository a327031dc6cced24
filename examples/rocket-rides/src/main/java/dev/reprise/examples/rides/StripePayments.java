package dev.reprise.examples.rides;

import com.stripe.StripeClient;
import com.stripe.exception.CardException;
import com.stripe.exception.StripeException;
import com.stripe.net.RequestOptions;
import com.stripe.param.ChargeCreateParams;
import java.net.URI;

/** Charges cards at a provider that speaks Stripe's protocol. Thread-safe. */
final class StripePayments {
    private static final int TIMEOUT_MILLIS = 5_000;

    private final StripeClient stripe;

    StripePayments(URI provider) {
        // Each step is repeated by the operation, so the client does not repeat calls as well.
        stripe = StripeClient.builder()
                .setApiKey("sk_test_rocket_rides")
                .setApiBase(provider.toString())
                .setConnectTimeout(TIMEOUT_MILLIS)
                .setReadTimeout(TIMEOUT_MILLIS)
                .setMaxNetworkRetries(0)
                .build();
    }

    /**
     * Charges a card, once for each key.
     *
     * @throws StripeException if nobody knows whether it was charged, or it was not and may be later
     */
    Payment charge(String idempotencyKey, String customer, long cents) throws StripeException {
        ChargeCreateParams charge = ChargeCreateParams.builder()
                .setCustomer(customer)
                .setAmount(cents)
                .setCurrency("eur")
                .build();
        RequestOptions options =
                RequestOptions.builder().setIdempotencyKey(idempotencyKey).build();
        try {
            return new Payment(stripe.v1().charges().create(charge, options).getId(), "");
        } catch (CardException e) {
            return new Payment("", String.valueOf(e.getUserMessage()));
        }
    }
}
