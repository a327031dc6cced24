package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Operation;
import dev.reprise.Outcome;
import dev.reprise.Response;
import dev.reprise.TransactionalEngine;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code docs/jdbc.md} shows, line by line; it works. The rest of it is in {@link JoinTest}. */
class DocumentationTest {
    private final HikariDataSource pool = Databases.h2(UUID.randomUUID().toString());
    private final Shop shop = Shop.in(pool);

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void the_record_commits_with_the_work_S7() throws Exception {
        Operation operation = Shop.operation("order-1");

        TransactionalEngine<Connection> engine = TransactionalEngine.over(
                        JdbcTransactions.of(pool), JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                .build();

        Answer answer = engine.execute(operation, execution -> {
            Connection connection = execution.transaction();
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO orders VALUES ('order-1')")) {
                insert.executeUpdate(); // neither commit nor roll back: the engine does
            }
            Response response = new Response(
                    201, Headers.of("Content-Type", "text/plain"), Body.of("ordered".getBytes(StandardCharsets.UTF_8)));
            return new Outcome.Answered(response, response); // what this caller gets, and what retries get
        });

        assertThat(answer).isInstanceOf(Answer.Fresh.class);
        assertThat(shop.orders("order-1")).isOne();
        assertThat(Shop.order(engine, operation, 201)).isInstanceOf(Answer.Replay.class);
        engine.close();
    }

    @Test
    void the_leased_guarantee_S7() {
        JdbcStore store = JdbcStore.over(pool).open();
        IdempotencyEngine engine = IdempotencyEngine.over(store).build();

        for (int i = 0; i < 2; i++) {
            engine.execute(Shop.operation("order-2"), execution -> {
                Databases.execute(pool, "INSERT INTO orders VALUES ('order-2')");
                return Shop.answered(201, "ordered");
            });
        }

        assertThat(shop.orders("order-2")).isOne();
        engine.close();
        store.close();
    }
}
