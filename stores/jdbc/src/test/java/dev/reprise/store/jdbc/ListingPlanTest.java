package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Body;
import dev.reprise.OperationState;
import dev.reprise.OperationType;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.ResumableStore.Opening;
import dev.reprise.spi.Transactions.Transaction;
import dev.reprise.testkit.SharedServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The operations of a type are found in an index and in its order, on every database; benchmarks show what that costs. */
@ExtendWith(SharedServers.class)
class ListingPlanTest {
    private static final int OPERATIONS = 200;

    @ParameterizedTest
    @EnumSource
    void a_listing_of_a_type_goes_by_the_index_on_types(
            TestDatabase database, SharedServers.Both servers, @TempDir Path folder) throws SQLException {
        try (HikariDataSource pool = database.pool(servers, folder)) {
            fill(pool);
            InterventionStatements interventions = new InterventionStatements(
                    JdbcDatabase.open(pool, TableName.DEFAULT).statements());
            // Unknown ones are few, and PostgreSQL also has a small index of them alone.
            for (OperationState.Kind kind : List.of(OperationState.Kind.RUNNING, OperationState.Kind.COMPLETED)) {
                assertThat(plan(pool, database, interventions.listing(kind)))
                        .as("%s of %s", kind, database)
                        .contains("reprise_operation_type")
                        .doesNotContain("sort", "temp b-tree");
            }
        }
    }

    private static void fill(HikariDataSource pool) {
        JdbcResumableStore store = JdbcResumableStore.open(pool, TableName.DEFAULT);
        try (Transaction<Connection> transaction = JdbcTransactions.of(pool).begin()) {
            for (int i = 0; i < OPERATIONS; i++) {
                Opening opening = new Opening(
                        Journey.id("k" + i),
                        new RequestFingerprint(1, new byte[1]),
                        new OperationType("type-" + i % 20, 1),
                        Body.EMPTY,
                        new Owner("node", i),
                        Duration.ofHours(1));
                assertThat(store.start(transaction.handle(), opening, List.of()).id())
                        .isEqualTo(opening.id());
            }
            transaction.commit();
        }
    }

    private static String plan(HikariDataSource pool, TestDatabase database, String listing) throws SQLException {
        OperationQuery query = new OperationQuery(Set.of(OperationState.Kind.RUNNING), null, null, 10);
        try (Connection connection = pool.getConnection();
                Statement prelude = connection.createStatement()) {
            String explain = switch (database) {
                case POSTGRES -> {
                    // Ten rows of a type are sorted faster than anything else; ten thousand are not.
                    prelude.execute("SET enable_seqscan = off");
                    prelude.execute("SET enable_bitmapscan = off");
                    prelude.execute("SET enable_sort = off");
                    prelude.execute("ANALYZE reprise_operation");
                    yield "EXPLAIN ";
                }
                case MARIADB -> {
                    prelude.execute("ANALYZE TABLE reprise_operation");
                    yield "EXPLAIN ";
                }
                case H2 -> "EXPLAIN ";
                case SQLITE -> "EXPLAIN QUERY PLAN ";
            };
            try (PreparedStatement select = connection.prepareStatement(explain + listing)) {
                InterventionStatements.fill(new Places(select), "type-7", query);
                return text(select);
            }
        }
    }

    private static String text(PreparedStatement explain) throws SQLException {
        StringBuilder text = new StringBuilder();
        try (ResultSet rows = explain.executeQuery()) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                for (int column = 1; column <= columns; column++) {
                    text.append(rows.getString(column)).append(' ');
                }
            }
        }
        return text.toString().toLowerCase(Locale.ROOT);
    }
}
