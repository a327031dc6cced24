package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.Rejection;
import dev.reprise.TransactionalEngine;
import dev.reprise.TransactionalExecution;
import dev.reprise.testkit.MariaDbServer;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import dev.reprise.testkit.TcpFaultProxy;
import dev.reprise.testkit.TcpFaultProxy.Moment;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The connection is lost at COMMIT, before and after the server saw it (S29). */
@ExtendWith(SharedServers.class)
class LostCommitTest {
    /** On one database, of which a proxy cuts the connections. */
    abstract static class Contract {
        private final HikariDataSource direct;
        private final int port;
        private final String url;

        /** @param settings added to the address that goes through the proxy */
        Contract(HikariDataSource direct, int port, String settings) {
            this.direct = direct;
            this.port = port;
            this.url = direct.getJdbcUrl() + settings;
        }

        @FunctionalInterface
        interface Case {
            void run(TransactionalEngine<Connection> engine, TcpFaultProxy proxy, Shop shop) throws Exception;
        }

        private void with(Case test) throws Exception {
            Shop shop = Shop.in(direct);
            try (direct;
                    TcpFaultProxy proxy = new TcpFaultProxy(port);
                    HikariDataSource pool = Databases.pool(url.replace(":" + port + "/", ":" + proxy.port() + "/"), 3);
                    TransactionalEngine<Connection> engine = TransactionalEngine.over(
                                    JdbcTransactions.of(pool), JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                            .build()) {
                test.run(engine, proxy, shop);
                assertThat(proxy.isArmed()).isFalse();
            }
        }

        @Test
        void a_commit_that_never_arrived_is_found_out_and_the_handler_runs_again_S29() throws Exception {
            with((engine, proxy, shop) -> {
                proxy.cutAt("COMMIT", Moment.BEFORE_REQUEST);
                AtomicInteger runs = new AtomicInteger();

                Answer answer = engine.execute(Shop.operation("a"), execution -> {
                    runs.incrementAndGet();
                    Shop.order(execution.transaction(), "a");
                    return Shop.answered(201, "done");
                });

                assertThat(answer).isInstanceOf(Answer.Fresh.class);
                assertThat(runs).hasValue(2);
                assertThat(shop.orders("a")).isEqualTo(1);
            });
        }

        @Test
        void a_commit_that_happened_is_found_out_and_the_handler_does_not_run_again_S29() throws Exception {
            with((engine, proxy, shop) -> {
                proxy.cutAt("COMMIT", Moment.BEFORE_RESPONSE);
                AtomicInteger runs = new AtomicInteger();

                Answer answer = engine.execute(Shop.operation("a"), execution -> {
                    runs.incrementAndGet();
                    Shop.order(execution.transaction(), "a");
                    return Shop.answered(201, "done");
                });

                assertThat(answer)
                        .isInstanceOfSatisfying(
                                Answer.Fresh.class,
                                fresh -> assertThat(fresh.response()).isEqualTo(Shop.response(201, "done")));
                assertThat(runs).hasValue(1);
                assertThat(shop.orders("a")).isEqualTo(1);
                assertThat(Shop.order(engine, Shop.operation("a"), 201)).isInstanceOf(Answer.Replay.class);
            });
        }

        @Test
        void a_caller_that_finishes_by_itself_is_told_what_happened_S29() throws Exception {
            with((engine, proxy, shop) -> {
                proxy.cutAt("COMMIT", Moment.BEFORE_REQUEST);
                TransactionalExecution<Connection> lost =
                        TransactionalContract.execution(engine.begin(Shop.operation("a")));
                Shop.order(lost.transaction(), "a");
                assertThat(TransactionalContract.rejection(lost.finish(Shop.answered(201, "done"))))
                        .isEqualTo(Rejection.STORE_UNAVAILABLE);
                assertThat(shop.orders("a")).isZero();

                assertThat(proxy.isArmed()).isFalse();
                proxy.cutAt("COMMIT", Moment.BEFORE_RESPONSE);
                TransactionalExecution<Connection> done =
                        TransactionalContract.execution(engine.begin(Shop.operation("b")));
                Shop.order(done.transaction(), "b");
                assertThat(done.finish(Shop.answered(201, "done"))).isInstanceOf(Answer.Fresh.class);
                assertThat(shop.orders("b")).isEqualTo(1);
            });
        }
    }

    @Nested
    class OnPostgres extends Contract {
        OnPostgres(PostgresServer server) {
            // The driver prepares statements, and sends their text the first time only, unless told otherwise.
            super(Databases.postgres(server), server.port(), "&prepareThreshold=0");
        }
    }

    @Nested
    class OnMariaDb extends Contract {
        OnMariaDb(MariaDbServer server) {
            super(Databases.mariaDb(server), server.port(), "");
        }
    }
}
