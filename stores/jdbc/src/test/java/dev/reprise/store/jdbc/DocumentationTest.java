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
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Interventions;
import dev.reprise.spi.Interventions.Action;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.Interventions.Intervention;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@code docs/jdbc.md} shows, line by line; it works. The rest of it is in {@link JoinTest}. */
class DocumentationTest {
    private static final Pattern GRANT = Pattern.compile("-c '(GRANT [^']+ TO reprise)'");

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

    /** The statements of {@code docs/gateway.md}, and no right more. */
    @Test
    @ExtendWith(SharedServers.class)
    void a_user_with_the_rights_of_the_page_may_work(PostgresServer server) throws Exception {
        String database = server.newDatabase();
        try (HikariDataSource owner = Databases.pool(server.url(database), 2)) {
            Databases.execute(owner, SqlDialect.POSTGRESQL.script(TableName.DEFAULT));
            Databases.execute(owner, "DROP ROLE IF EXISTS reprise");
            Databases.execute(owner, "CREATE ROLE reprise LOGIN");
            List<String> grants = GRANT.matcher(Files.readString(Path.of("../../docs/gateway.md")))
                    .results()
                    .map(grant -> grant.group(1))
                    .toList();
            assertThat(grants).hasSize(3);
            grants.forEach(grant -> Databases.execute(owner, grant));
        }
        try (HikariDataSource user = Databases.pool(server.url(database).replace("user=postgres", "user=reprise"), 6);
                JdbcStore store = JdbcStore.over(user).open()) {
            Lease lease = ((Acquired) store.acquire(TransactionalContract.claim("a"))).lease();
            assertThat(store.complete(lease, Shop.response(200, "x"), Duration.ofHours(1)))
                    .isEqualTo(LeaseStatus.HELD);
            assertThat(store.purgeExpired(10)).isZero();
            Interventions interventions =
                    JdbcResumableStore.open(user, TableName.DEFAULT).interventions();
            assertThat(interventions.intervene(new Intervention(new Action.Pause("book-ride"), "ann", "ticket 7")))
                    .isInstanceOf(Intervened.Done.class);
            assertThat(interventions.audit(Long.MAX_VALUE, 10)).hasSize(1);
        }
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
