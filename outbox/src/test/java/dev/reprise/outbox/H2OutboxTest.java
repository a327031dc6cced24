package dev.reprise.outbox;

import java.sql.DriverManager;

class H2OutboxTest extends OutboxContract {
    @Override
    ConnectionSource database() {
        String url = "jdbc:h2:" + folder.resolve("outbox").toAbsolutePath();
        return () -> DriverManager.getConnection(url + ";LOCK_TIMEOUT=30000;DB_CLOSE_DELAY=5");
    }
}
