package dev.reprise.examples.payments;

import dev.reprise.spring.boot.Idempotent;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Somebody else's service, which charges cards, and recognises keys if it gets them. */
@RestController
class CardProvider {
    private final JdbcClient jdbc;

    CardProvider(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A charge, with its id once it is made. */
    record CardCharge(String id, String card, long cents) {}

    @Idempotent(required = false)
    @PostMapping("/provider/charges")
    CardCharge charge(@RequestBody CardCharge wanted) {
        CardCharge made = new CardCharge(UUID.randomUUID().toString(), wanted.card(), wanted.cents());
        jdbc.sql("INSERT INTO provider_charge VALUES (?, ?, ?)")
                .params(made.id(), made.card(), made.cents())
                .update();
        return made;
    }
}
