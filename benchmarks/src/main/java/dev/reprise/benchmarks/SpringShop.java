package dev.reprise.benchmarks;

import dev.reprise.spring.boot.Idempotent;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The application of {@link SpringEndpoint}: one insert, in four ways. Open because Spring wants it so. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({SpringShop.Payments.class, SpringShop.LeasedPayments.class})
public class SpringShop {
    /** Runs it until it is stopped. */
    public static void main(String... arguments) {
        // The other programs here have no log, and Boot insists on its own if it is to set one up.
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        SpringApplication application = new SpringApplication(SpringShop.class);
        application.addListeners(new Started());
        application.run(arguments);
    }

    /** Says when it is ready. A class, since a lambda would be called for the event of each request, and fail by its type. */
    private static final class Started implements ApplicationListener<ApplicationReadyEvent> {
        @Override
        public void onApplicationEvent(ApplicationReadyEvent ready) {
            System.out.printf(
                    Locale.ROOT,
                    "Started SpringShop in %.3f seconds%n",
                    Objects.requireNonNull(ready.getTimeTaken()).toMillis() / 1000.0);
        }
    }

    /** What is paid. */
    public record Payment(UUID id, long amount, String memo) {}

    private static Payment pay(JdbcTemplate jdbc, Payment asked) {
        Payment made = new Payment(UUID.randomUUID(), asked.amount(), asked.memo());
        jdbc.update("INSERT INTO payment VALUES (?, ?, ?)", made.id(), made.amount(), made.memo());
        return made;
    }

    /** The endpoints. */
    @RestController
    public static class Payments {
        private final JdbcTemplate jdbc;

        Payments(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        /** Without protection. */
        @Transactional
        @PostMapping("/unprotected")
        @ResponseStatus(HttpStatus.CREATED)
        public Payment unprotected(@RequestBody Payment asked) {
            return pay(jdbc, asked);
        }

        /** What a careful engineer writes: the key first, so that a duplicate is found out, and the response last. */
        @Transactional
        @PostMapping("/by-hand")
        @ResponseStatus(HttpStatus.CREATED)
        public Payment byHand(@RequestHeader("Idempotency-Key") String key, @RequestBody Payment asked) {
            int claimed = jdbc.update(
                    "INSERT INTO by_hand (scope, key, fingerprint) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    "anonymous/by-hand",
                    key,
                    new byte[32]);
            if (claimed == 0) {
                throw new IllegalStateException("A fresh key was there");
            }
            Payment made = pay(jdbc, asked);
            byte[] body = ("{\"id\":\"" + made.id() + "\",\"amount\":" + made.amount() + ",\"memo\":\"" + made.memo()
                            + "\"}")
                    .getBytes(StandardCharsets.UTF_8);
            jdbc.update(
                    "UPDATE by_hand SET status = ?, headers = ?, body = ? WHERE scope = ? AND key = ?",
                    201,
                    "Content-Type\napplication/json\n",
                    body,
                    "anonymous/by-hand",
                    key);
            return made;
        }

        /** In the transaction of the record. */
        @Idempotent
        @PostMapping("/transactional")
        @ResponseStatus(HttpStatus.CREATED)
        public Payment transactional(@RequestBody Payment asked) {
            return pay(jdbc, asked);
        }
    }

    /** The endpoint of another guarantee, which needs a store of its own. */
    @RestController
    @ConditionalOnBooleanProperty(name = "shop.leased", matchIfMissing = true)
    public static class LeasedPayments {
        private final JdbcTemplate jdbc;

        LeasedPayments(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        /** Under a lease. */
        @Idempotent(guarantee = Idempotent.Guarantee.LEASED)
        @Transactional
        @PostMapping("/leased")
        @ResponseStatus(HttpStatus.CREATED)
        public Payment leased(@RequestBody Payment asked) {
            return pay(jdbc, asked);
        }
    }
}
