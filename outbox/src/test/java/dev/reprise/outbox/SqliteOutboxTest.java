package dev.reprise.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.SettableClock;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;

class SqliteOutboxTest extends OutboxContract {
    @Override
    ConnectionSource database() {
        String url = "jdbc:sqlite:" + folder.resolve("outbox.db").toAbsolutePath();
        return () -> DriverManager.getConnection(
                url + "?journal_mode=WAL&synchronous=FULL&busy_timeout=30000&transaction_mode=IMMEDIATE");
    }

    @Test
    void a_file_of_its_own_is_made_and_opened_again() {
        Outbox.inFile(folder.resolve("own.db"), new SettableClock());

        assertThat(Outbox.inFile(folder.resolve("own.db"), new SettableClock()).list(OutboxState.PENDING, 1))
                .isEmpty();
    }
}
