package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.testkit.MariaDbServer;
import dev.reprise.testkit.SharedServers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Expired records are deleted in the order in which batches lock, which is that of the keys; see {@link LockOrderTest}. */
@ExtendWith(SharedServers.class)
class DeletionPlanTest {
    @Test
    void mariadb_finds_what_it_deletes_by_the_keys_and_by_no_other_index(MariaDbServer server) throws SQLException {
        try (HikariDataSource pool = Databases.mariaDb(server);
                JdbcStore store = JdbcStore.over(pool).open()) {
            IntStream.range(0, 24).forEach(i -> store.acquire(TransactionalContract.claim("k" + i)));
            List<RowKey> keys = List.of(
                    RowKey.of(Shop.operation("k1").id()),
                    RowKey.of(Shop.operation("k2").id()));
            PlainStatements statements =
                    (PlainStatements) JdbcDatabase.open(pool, TableName.DEFAULT).statements();
            try (Connection connection = pool.getConnection();
                    PreparedStatement explain = connection.prepareStatement("EXPLAIN " + statements.deletion(keys))) {
                explain.setBytes(1, keys.getFirst().bytes());
                explain.setBytes(2, keys.getLast().bytes());
                try (ResultSet plan = explain.executeQuery()) {
                    assertThat(plan.next()).isTrue();
                    assertThat(plan.getString("key")).isEqualTo("PRIMARY");
                    assertThat(plan.getString("possible_keys")).isEqualTo("PRIMARY");
                }
            }
        }
    }
}
