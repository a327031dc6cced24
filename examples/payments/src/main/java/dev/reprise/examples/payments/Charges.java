package dev.reprise.examples.payments;

import dev.reprise.OperationType;
import dev.reprise.examples.payments.CardProvider.CardCharge;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableExecution;
import dev.reprise.resumable.ResumablePolicy;
import dev.reprise.spring.boot.Idempotent;
import java.net.URI;
import java.sql.Connection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/** Charges cards through the provider, which no transaction reaches: with an operation of two steps, and without. */
@RestController
class Charges {
    private final Resumable<Charge, Charged, Connection> chargeCard;
    private final Provider provider;
    private final Accounts accounts;
    private final Midway midway;

    Charges(Resumable<Charge, Charged, Connection> chargeCard, Provider provider, Accounts accounts, Midway midway) {
        this.chargeCard = chargeCard;
        this.provider = provider;
        this.accounts = accounts;
        this.midway = midway;
    }

    /** What is asked for. */
    record Charge(String card, long cents) {}

    /** What was done. */
    record Charged(String charge, String transfer) {}

    /** Goes on after a crash, and charges under one key however often it tries. */
    @Idempotent(guarantee = Idempotent.Guarantee.RESUMABLE)
    @PostMapping("/charges")
    void charge(@RequestBody Charge charge, ResumableExecution execution) {
        execution.run(chargeCard, charge);
    }

    /** What one writes without keys: whoever retries it may charge twice. */
    @PostMapping("/unprotected/charges")
    Charged chargeWithoutKey(@RequestBody Charge charge) {
        String id = provider.charge(null, charge);
        midway.pass();
        return new Charged(id, accounts.transfer(charge.card(), "shop", charge.cents(), "charge " + id));
    }

    /** The operation. */
    @Configuration(proxyBeanMethods = false)
    static class Operations {
        @Bean
        Resumable<Charge, Charged, Connection> chargeCard(
                Provider provider, Accounts accounts, Midway midway, Codecs codecs) {
            return Resumable.<Charge, Charged, Connection>returning(
                            new OperationType("charge-card", 1),
                            codecs.of(Charge.class),
                            codecs.of(Charged.class),
                            (charge, steps) -> {
                                String id = steps.remote("charge", String.class, key -> provider.charge(key, charge));
                                String transfer = steps.local("book", String.class, connection -> {
                                    midway.pass();
                                    return accounts.transfer(charge.card(), "shop", charge.cents(), "charge " + id);
                                });
                                return new Charged(id, transfer);
                            })
                    .with(ResumablePolicy.DEFAULT
                            .withAttempts(20, Duration.ofMillis(200), Duration.ofSeconds(5))
                            // So short that one does not have to wait for long after a crash.
                            .withLease(Duration.ofSeconds(5)));
        }

        @Bean
        Provider provider(Environment environment) {
            return new Provider(RestClient.create(), environment);
        }
    }

    /** Calls the provider. Thread-safe. */
    static final class Provider {
        private final RestClient client;
        private final Environment environment;

        Provider(RestClient client, Environment environment) {
            this.client = client;
            this.environment = environment;
        }

        /** Where the provider is: here, unless the property {@code payments.provider} names another place. */
        private URI charges() {
            URI elsewhere = environment.getProperty("payments.provider", URI.class);
            return elsewhere == null ? Notices.Own.uri(environment, "/provider/charges") : elsewhere;
        }

        String charge(@Nullable String key, Charge charge) {
            CardCharge made = client.post()
                    .uri(charges())
                    .contentType(MediaType.APPLICATION_JSON)
                    .headers(fields -> {
                        if (key != null) {
                            fields.set("Idempotency-Key", '"' + key + '"');
                        }
                    })
                    .body(new CardCharge("", charge.card(), charge.cents()))
                    .retrieve()
                    .requiredBody(CardCharge.class);
            return made.id();
        }
    }
}
