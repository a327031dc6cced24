package dev.reprise.gateway.command;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Keeps the logs open until the process has ended. The Java platform would close them when the process is asked to end,
 * at the same time as the gateway drains, and what the gateway says about that would be lost.
 */
public final class LastingLogs extends LogManager {
    /** Made by the Java platform, by name. */
    public LastingLogs() {}

    /** Opens what is otherwise opened by the first message, and not any more once the process has been asked to end. */
    static void open() {
        Logger.getLogger("").getHandlers();
    }

    /**
     * Leaves out what pools and drivers say about their own start and end, unless somebody has asked for it.
     *
     * @return what has to be reachable for as long as that should last
     */
    static List<Logger> withoutDrivers() {
        List<Logger> drivers = Stream.of("com.zaxxer.hikari", "com.datastax.oss.driver", "io.lettuce")
                .map(Logger::getLogger)
                .toList();
        for (Logger driver : drivers) {
            if (driver.getLevel() == null) {
                driver.setLevel(Level.WARNING);
            }
        }
        return drivers;
    }

    /** Does nothing. */
    @Override
    public void reset() {}
}
