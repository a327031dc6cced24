package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationType;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Scope;
import dev.reprise.console.access.ConsoleToken;
import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.Role;
import dev.reprise.console.access.TokenFile;
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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A console over operations with steps in a database of their own, with an operator. */
abstract class StepsFixture {
    static final OperationType TYPE = new OperationType("book-ride", 2);

    final JdbcConnectionPool pool =
            JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", "");
    final JdbcStore records = JdbcStore.over(pool).open();
    final JdbcResumableStore steps = JdbcResumableStore.open(pool, TableName.DEFAULT);
    private final ConsoleToken token = ConsoleToken.create(new SecureRandom());

    @TempDir
    private Path folder;

    @AfterEach
    final void close() {
        records.close();
        pool.dispose();
    }

    final ConsoleSettings.Mounting settings() {
        try {
            Path users = Files.writeString(
                    folder.resolve("users"), token.line(new ConsoleUser("olivia", Role.OPERATOR)) + "\n");
            Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
            return ConsoleSettings.at(ConsoleFixture.MOUNT, Set.of(ConsoleFixture.HOST))
                    .users(TokenFile.read(users));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An operator who has signed in to a console of their own. */
    final Surfer operator(ConsoleSettings.Mounting settings) {
        return new Surfer(new Console(settings.build(), new StoreOperations(records, steps, AuditLog.inLogOnly())))
                .signIn(token.text());
    }

    static Step step(String name, Kind kind, String result) {
        return new Step(name, kind, Body.of(result.getBytes(StandardCharsets.UTF_8)));
    }

    static OperationId id(String key) {
        return new OperationId(new Scope("alice", "/rides"), new IdempotencyKey(key));
    }

    /** An operation that has come so far and goes on like that. */
    final OperationRef left(String key, Next next, Step... done) {
        try (Transaction<Connection> transaction = JdbcTransactions.of(pool).begin()) {
            assertThat(steps.records().claim(transaction.handle(), id(key))).isInstanceOf(Claimed.Free.class);
            Opening opening = new Opening(
                    id(key),
                    new RequestFingerprint(1, new byte[] {1}),
                    TYPE,
                    Body.EMPTY,
                    new Owner("node", 1),
                    Duration.ofHours(1));
            Lease lease = steps.start(transaction.handle(), opening, List.of(done));
            steps.write(transaction.handle(), lease, new Progress(List.of(), next));
            transaction.commit();
            return new OperationRef(id(key), lease.token());
        }
    }

    static String page(Surfer who, String place) {
        ConsoleResponse response = who.get(place);
        assertThat(response.status()).as(place).isEqualTo(200);
        return Surfer.text(response);
    }
}
