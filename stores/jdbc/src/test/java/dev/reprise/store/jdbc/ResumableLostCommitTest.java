package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.OperationType;
import dev.reprise.resumable.Codec;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.testkit.MariaDbServer;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import dev.reprise.testkit.TcpFaultProxy;
import dev.reprise.testkit.TcpFaultProxy.Moment;
import java.sql.Connection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The connection breaks at each commit of an operation in turn; it goes on in place, and nothing happens twice (P8, S29). */
@ExtendWith(SharedServers.class)
class ResumableLostCommitTest {
    private static final Codec<String> TEXT = Codecs.builtIn().of(String.class);
    private static final OperationType TYPE = new OperationType("journey", 1);

    abstract static class Contract {
        private final HikariDataSource direct;
        private final int port;
        private final String url;

        Contract(HikariDataSource direct, int port, String settings) {
            this.direct = direct;
            this.port = port;
            this.url = direct.getJdbcUrl() + settings;
        }

        @Test
        void a_commit_that_never_arrived_is_made_again_S29() throws Exception {
            cutAtEachCommit(Moment.BEFORE_REQUEST);
        }

        @Test
        void a_commit_that_happened_is_found_out_S29() throws Exception {
            cutAtEachCommit(Moment.BEFORE_RESPONSE);
        }

        private void cutAtEachCommit(Moment moment) throws Exception {
            Shop shop = Shop.in(direct);
            try (direct;
                    TcpFaultProxy proxy = new TcpFaultProxy(port);
                    HikariDataSource pool =
                            Databases.pool(url.replace(":" + port + "/", ":" + proxy.port() + "/"), 3)) {
                // Local and remote; remote and local; local and the answer.
                for (int commit = 1; commit <= 3; commit++) {
                    cutAt(commit, moment, pool, proxy, shop);
                }
            }
        }

        private static void cutAt(int commit, Moment moment, HikariDataSource pool, TcpFaultProxy proxy, Shop shop) {
            String key = "lost-" + commit;
            AtomicInteger runs = new AtomicInteger();
            Set<String> childKeys = ConcurrentHashMap.newKeySet();
            Resumable<String, String, Connection> type = Resumable.returning(TYPE, TEXT, TEXT, (input, steps) -> {
                boolean first = runs.incrementAndGet() == 1;
                Runnable cut = () -> proxy.cutAt("COMMIT", moment);
                String a = steps.local("a", String.class, connection -> {
                    Shop.order(connection, key + "a");
                    return "a";
                });
                arm(first && commit == 1, cut);
                String b = steps.remote("b", String.class, childKey -> {
                    childKeys.add(childKey);
                    return "b";
                });
                String c = steps.local("c", String.class, connection -> {
                    Shop.order(connection, key + "c");
                    return "c";
                });
                arm(first && commit == 2, cut);
                String d = steps.local("d", String.class, connection -> {
                    Shop.order(connection, key + "d");
                    return "d";
                });
                arm(first && commit == 3, cut);
                return a + b + c + d;
            });
            try (ResumableEngine<Connection> engine = ResumableEngine.over(
                            JdbcTransactions.of(pool), JdbcResumableStore.open(pool, TableName.DEFAULT))
                    .register(type)
                    .completer(Duration.ofHours(1), 0)
                    .build()) {
                Answer answer = engine.run(Journey.id(key), type, key, Duration.ofSeconds(30));

                assertThat(proxy.isArmed()).as(key).isFalse();
                assertThat(answer).as(key).isInstanceOf(Answer.Fresh.class);
                assertThat(type.result(answer)).as(key).contains("abcd");
                assertThat(engine.run(Journey.id(key), type, key, Duration.ZERO))
                        .isInstanceOf(Answer.Replay.class);
            }
            assertThat(childKeys).as(key).hasSize(1);
            for (String step : new String[] {"a", "c", "d"}) {
                assertThat(shop.orders(key + step)).as(key + step).isEqualTo(1);
            }
        }

        private static void arm(boolean now, Runnable cut) {
            if (now) {
                cut.run();
            }
        }
    }

    @Nested
    class OnPostgres extends Contract {
        OnPostgres(PostgresServer server) {
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
