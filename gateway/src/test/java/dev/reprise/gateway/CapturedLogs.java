package dev.reprise.gateway;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.text.MessageFormat;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** All that this process logs, at whatever level, failures with their causes included. */
final class CapturedLogs implements AutoCloseable {
    private final Logger logger;
    private final @Nullable Level before;
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            StringWriter line = new StringWriter();
            line.append(written(record));
            if (record.getThrown() != null) {
                record.getThrown().printStackTrace(new PrintWriter(line, true));
            }
            lines.add(line.toString());
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Nothing to free.
        }
    };

    private CapturedLogs(String name) {
        logger = Logger.getLogger(name);
        before = logger.getLevel();
        handler.setLevel(Level.ALL);
        logger.setLevel(Level.ALL);
        logger.addHandler(handler);
    }

    /** What we log. */
    static CapturedLogs ofEverything() {
        return new CapturedLogs("dev.reprise");
    }

    /** What we log, and what is logged by all that we use. */
    static CapturedLogs ofTheWholeProcess() {
        return new CapturedLogs("");
    }

    private static String written(LogRecord record) {
        Object[] parameters = record.getParameters();
        if (parameters == null) {
            return String.valueOf(record.getMessage());
        }
        try {
            return MessageFormat.format(record.getMessage(), parameters);
        } catch (IllegalArgumentException e) {
            // Others write patterns of another kind.
            return record.getMessage() + " " + Arrays.toString(parameters);
        }
    }

    String text() {
        return String.join("\n", lines);
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
        logger.setLevel(before);
    }
}
