package dev.reprise.store.jdbc;

import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.StoreException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes what waits in batches, one commit for each. Thread-safe.
 *
 * <p>Every write can be made again: a claim recognises its owner, and an ending its token. So a batch that was refused
 * because of other transactions, or whose connection broke, is simply sent once more; and one that fails for another
 * reason is sent change by change, so that only the change that cannot be written fails. That holds for one that breaks
 * its connection, too, if the database works otherwise: MariaDB resets those who send it too much. A completion that is
 * refused by itself is sent without its body, and then without its fields (S21): an operation that has an answer must not
 * stay running because the answer is odd.
 */
final class Writer {
    private static final int ATTEMPTS = 4;

    private final ShortConnections connections;
    private final Statements statements;
    private final Consumer<PendingClaim> again;
    private final Consumer<RowKey> changed;
    private final AtomicLong commits = new AtomicLong();

    /**
     * @param again takes claims that met something new while they were written, and have to look again
     * @param changed gets each operation that may have ended, after the commit
     */
    Writer(
            ShortConnections connections,
            Statements statements,
            Consumer<PendingClaim> again,
            Consumer<RowKey> changed) {
        this.connections = connections;
        this.statements = statements;
        this.again = again;
        this.changed = changed;
    }

    long commits() {
        return commits.get();
    }

    void write(List<Change<?>> changes) {
        List<Change<?>> waiting = new ArrayList<>(changes);
        while (!waiting.isEmpty()) {
            Batch batch = Batch.takeFrom(waiting);
            if (batch.size() > 0) {
                write(batch);
            }
        }
    }

    private void write(Batch batch) {
        try {
            answer(batch, send(batch));
        } catch (SQLException | RuntimeException e) {
            if (batch.size() > 1 && isToBlame(e)) {
                batch.split().forEach(this::write);
            } else if (isToBlame(e) && isAboutContent(batch, e) && batch.reduce()) {
                write(batch);
            } else {
                batch.fail(Faults.exception("write " + describe(batch), e));
            }
        }
    }

    /** Whether the failure may be due to what was written and not to the state of the database. */
    private boolean isToBlame(Exception failure) {
        return switch (Faults.kind(failure)) {
            case CONFLICT, PATIENCE -> false;
            case LOST -> !(failure instanceof SQLTransientConnectionException) && connections.canBeHad();
            case CONSTRAINT, BROKEN, OTHER -> true;
        };
    }

    /** A connection that breaks twice may do so for the size of what is sent, or by chance. */
    private static boolean isAboutContent(Batch batch, Exception failure) {
        return Faults.kind(failure) != Faults.Kind.LOST || batch.isLarge();
    }

    private static String describe(Batch batch) {
        return batch.size() > 1
                ? batch.size() + " changes"
                : batch.claims().isEmpty()
                        ? "the end of "
                                + batch.endings().getFirst().write().lease().id()
                        : "the claim to " + batch.claims().getFirst().claim().id();
    }

    private Statements.Written send(Batch batch) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                Statements.Written written = connections.write(connection -> statements.write(connection, batch));
                commits.incrementAndGet();
                return written;
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || !worthAnotherTry(e, attempt)) {
                    throw e;
                }
                ShortConnections.pause();
            }
        }
    }

    /**
     * One broken connection is nothing special; two in a row are a database that is down. What other transactions were in the
     * way of has been tried several times by then.
     */
    private static boolean worthAnotherTry(SQLException failure, int attempt) {
        return switch (Faults.kind(failure)) {
            case PATIENCE -> true;
            // Constraint: a transaction has recorded an operation at the same moment, and the next attempt sees it.
            case LOST, CONSTRAINT -> attempt == 1;
            case CONFLICT, BROKEN, OTHER -> false;
        };
    }

    private void answer(Batch batch, Statements.Written written) {
        for (PendingClaim claim : batch.claims()) {
            answer(claim, written.claimed().get(claim.key()));
        }
        batch.followers()
                .forEach((key, followers) -> followers.forEach(
                        claim -> answer(claim, written.claimed().get(key))));
        for (LeaseWrite ending : batch.endings()) {
            ending.answerBy(written.ended().get(ending.key()));
            changed.accept(ending.key());
        }
    }

    private void answer(PendingClaim claim, @Nullable Existing present) {
        try {
            if (!claim.answeredBy(present, claim::answer)) {
                again.accept(claim);
            }
        } catch (StoreException e) {
            claim.fail(e);
        }
    }
}
