package dev.reprise.store.jdbc;

import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.support.Call;
import dev.reprise.spi.support.Stage;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A read for a call, which fails if the read does. */
sealed interface PendingRead extends Stage.Task {
    /** Who waits for it. */
    Call<?> call();

    @Override
    default void fail(Throwable failure) {
        call().fail(failure);
    }

    /**
     * Reads one record, together with other look-ups.
     *
     * @param then gets what is there, expired or not, or null
     */
    record Lookup(Call<?> call, RowKey key, Consumer<@Nullable Existing> then) implements PendingRead {}

    /**
     * Asks how an operation stands that somebody waits for, together with others.
     *
     * @param then gets how it stands, null if there is no record
     */
    record Watch(Call<?> call, RowKey key, Consumer<Statements.@Nullable Watched> then) implements PendingRead {}

    /** Anything else, on a connection of its own. */
    record Single(Call<?> call, Task task) implements PendingRead {}

    /** Reads, and answers the call. */
    @FunctionalInterface
    interface Task {
        void run() throws SQLException;
    }
}
