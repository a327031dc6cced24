package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that claims an operation, is frozen by the test, and completes the operation when it is let go on. Arguments:
 * address of the database, key, a file that appears when it may complete.
 *
 * <p>Prints {@code claimed}, and then how it found its lease.
 */
final class LateOwner {
    static final Duration LEASE = Duration.ofSeconds(1);

    private LateOwner() {}

    public static void main(String[] arguments) throws IOException {
        try (HikariDataSource pool = Databases.pool(arguments[0], 6);
                JdbcStore store =
                        JdbcStore.over(pool).timeLimit(Duration.ofSeconds(20)).open()) {
            Acquisition acquisition = store.acquire(new Claim(
                    Shop.id(arguments[1]),
                    new RequestFingerprint(1, new byte[] {1}),
                    new Owner("late-" + ProcessHandle.current().pid(), 1),
                    LEASE));
            Lease lease = ((Acquisition.Acquired) acquisition).lease();
            System.out.println("claimed");
            while (!Files.exists(Path.of(arguments[2]))) {
                LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            }
            System.out.println("ended as " + store.complete(lease, Shop.response(200, "late"), Duration.ofHours(1)));
        }
    }
}
