package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationType;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Scope;
import dev.reprise.console.audit.AuditLog;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.spi.Lease;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.ResumableStore.Opening;
import dev.reprise.spi.ResumableStore.Progress;
import dev.reprise.spi.ResumableStore.Step;
import dev.reprise.spi.TransactionalStore.Claimed;
import dev.reprise.spi.Transactions.Transaction;
import dev.reprise.store.jdbc.JdbcResumableStore;
import dev.reprise.store.jdbc.JdbcStore;
import dev.reprise.store.jdbc.JdbcTransactions;
import dev.reprise.store.jdbc.TableName;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;

/** A console over a database, in which operations have steps, too. */
abstract class StepsFixture extends ConsoleFixture {
    static final OperationType TYPE = new OperationType("book-ride", 2);
    static final Step CREATED = step("create ride", Kind.LOCAL, "ride 1");
    static final Step CHARGED = step("charge card", Kind.REMOTE, "charge 1");

    final JdbcResumableStore steps;
    final JdbcConnectionPool pool;

    StepsFixture() {
        this(JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", ""));
    }

    private StepsFixture(JdbcConnectionPool pool) {
        super(JdbcStore.over(pool).open());
        this.pool = pool;
        this.steps = JdbcResumableStore.open(pool, TableName.DEFAULT);
    }

    @AfterEach
    @Override
    final void close() {
        super.close();
        pool.dispose();
    }

    /** An operator who has signed in to a console of their own over these operations. */
    final Surfer operator(ConsoleSettings.Mounting settings) {
        console.close();
        console = new Console(
                settings.clock(InstantSource.system()).build(),
                new StoreOperations(store, steps, AuditLog.inLogOnly()));
        return operator();
    }

    static Step step(String name, Kind kind, String result) {
        return new Step(name, kind, Body.of(result.getBytes(StandardCharsets.UTF_8)));
    }

    static OperationId ride(String key) {
        return new OperationId(new Scope("alice", "/rides"), new IdempotencyKey(key));
    }

    /** An operation of the type that has come so far and goes on like that. */
    final OperationRef left(String key, Next next, Step... done) {
        return left(TYPE, key, next, done);
    }

    final OperationRef left(OperationType type, String key, Next next, Step... done) {
        try (Transaction<Connection> transaction = JdbcTransactions.of(pool).begin()) {
            assertThat(steps.records().claim(transaction.handle(), ride(key))).isInstanceOf(Claimed.Free.class);
            Opening opening = new Opening(
                    ride(key),
                    new RequestFingerprint(1, new byte[] {1}),
                    type,
                    Body.EMPTY,
                    new Owner("node", 1),
                    Duration.ofHours(1));
            Lease lease = steps.start(transaction.handle(), opening, List.of(done));
            steps.write(transaction.handle(), lease, new Progress(List.of(), next));
            transaction.commit();
            return new OperationRef(ride(key), lease.token());
        }
    }
}
