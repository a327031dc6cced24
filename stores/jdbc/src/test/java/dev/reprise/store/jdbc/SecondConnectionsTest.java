package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.spi.Transactions.Transaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What escapes a protected transaction by a second connection of its pool is named in the log. */
class SecondConnectionsTest {
    private final Logger logger = Logger.getLogger(SecondConnections.class.getName());
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord told) {
            messages.add(told.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private final HikariDataSource pool = new HikariDataSource();

    @BeforeEach
    void listen() {
        pool.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID());
        logger.addHandler(handler);
    }

    @AfterEach
    void close() {
        logger.removeHandler(handler);
        pool.close();
    }

    private static void use(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection()) {
            assertThat(connection.isValid(1)).isTrue();
        }
    }

    @Test
    void a_place_is_named_once_while_its_thread_has_a_transaction_open() throws Exception {
        JdbcTransactions transactions = JdbcTransactions.of(pool);
        use(transactions.watched());
        try (Transaction<Connection> transaction = transactions.begin()) {
            assertThat(messages).isEmpty();
            for (int i = 0; i < 3; i++) {
                use(transactions.watched());
            }
            Thread other = new Thread(() -> {
                try {
                    use(transactions.watched());
                } catch (SQLException e) {
                    messages.add(e.getMessage());
                }
            });
            other.start();
            other.join();
            transaction.commit();
        }
        use(transactions.watched());

        assertThat(messages).singleElement().asString().contains("SecondConnectionsTest.use(");
    }

    @Test
    void the_pool_is_found_behind_it() throws Exception {
        DataSource watched = JdbcTransactions.of(pool).watched();

        assertThat(watched.isWrapperFor(HikariDataSource.class)).isTrue();
        assertThat(watched.unwrap(HikariDataSource.class)).isSameAs(pool);
    }
}
