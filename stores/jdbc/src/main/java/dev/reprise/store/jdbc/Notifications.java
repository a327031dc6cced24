package dev.reprise.store.jdbc;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Listens to PostgreSQL's notifications on a connection of its own, and connects again when that breaks. Starts when
 * somebody first waits.
 */
final class Notifications implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Notifications.class.getName());
    private static final Pattern NAME = Pattern.compile("[0-9a-fA-F]{" + 2 * RowKey.LENGTH + "}");
    private static final Duration LOOK = Duration.ofSeconds(30);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final DataSource source;
    private final String channel;
    private final Consumer<byte[]> heard;
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable Thread thread;
    private volatile @Nullable Connection current;
    private volatile boolean listening;

    /** @param heard gets what comes on the channel, for as long as this is open */
    Notifications(DataSource source, String channel, Consumer<byte[]> heard) {
        this.source = source;
        this.channel = channel;
        this.heard = heard;
    }

    /** Whether the driver is one that hands notifications out. */
    static boolean possible(DataSource source) {
        try (Connection connection = source.getConnection()) {
            return connection.isWrapperFor(PGConnection.class);
        } catch (SQLException | LinkageError e) {
            return false;
        }
    }

    /** Whether notifications arrive at the moment; starts to listen if it was never asked before. */
    synchronized boolean listens() {
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name("reprise-jdbc-listener").start(this::run);
        }
        return listening;
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        while (closed.getCount() > 0) {
            try {
                listen();
            } catch (SQLException | RuntimeException | Error e) {
                // Whatever it is: who waits relies on this thread until it says that it does not listen.
                pause = listening ? FIRST_PAUSE : pause;
                listening = false;
                if (closed.getCount() > 0) {
                    say(e);
                }
            }
            try {
                long most = pause.toMillis();
                if (closed.await(ThreadLocalRandom.current().nextLong(most / 2, most), TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    /** Whatever keeps it from being said must not end the thread. */
    private static void say(Throwable thrown) {
        try {
            LOG.log(Level.WARNING, "Notifications are interrupted, and waiting takes longer: " + thrown);
        } catch (Throwable e) {
            // There was not even memory for that.
        }
    }

    private void listen() throws SQLException {
        Connection connection = source.getConnection();
        try {
            current = connection;
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
                statement.execute("LISTEN " + channel);
            }
            PGConnection driver = connection.unwrap(PGConnection.class);
            listening = true;
            while (closed.getCount() > 0) {
                for (PGNotification notification : driver.getNotifications((int) LOOK.toMillis())) {
                    hear(notification.getParameter());
                }
            }
        } finally {
            current = null;
            // It would go on listening for whoever gets it next.
            ConnectionReturn.end(connection);
        }
    }

    /** Anybody who may connect may also notify. */
    private void hear(String name) {
        if (NAME.matcher(name).matches()) {
            heard.accept(HexFormat.of().parseHex(name));
        }
    }

    /** Breaks the connection, because nothing else ends the wait for the next notification. */
    @Override
    public void close() {
        closed.countDown();
        Connection connection = current;
        if (connection != null) {
            ConnectionReturn.breakOff(connection);
        }
    }
}
