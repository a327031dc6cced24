package dev.reprise.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import org.junit.jupiter.api.Test;

class SqliteOutboxTest extends OutboxContract {
    @Override
    ConnectionSource database() {
        // As most have it, with transactions that only lock when they write.
        String url = "jdbc:sqlite:" + folder.resolve("outbox.db").toAbsolutePath();
        return () -> DriverManager.getConnection(url + "?journal_mode=WAL&busy_timeout=30000");
    }

    @Test
    void a_file_of_its_own_is_made_and_opened_again() {
        Outbox.inFile(folder.resolve("own.db"));

        assertThat(Outbox.inFile(folder.resolve("own.db")).list(OutboxState.PENDING, 1))
                .isEmpty();
    }
}
