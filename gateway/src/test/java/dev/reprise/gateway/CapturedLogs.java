package dev.reprise.gateway;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.text.MessageFormat;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** All that this process logs, at whatever level, failures with their causes included. */
final class CapturedLogs implements AutoCloseable {
    private final Logger ours = Logger.getLogger("dev.reprise");
    private final Level before = ours.getLevel();
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            StringWriter line = new StringWriter();
            Object[] parameters = record.getParameters();
            line.append(
                    parameters == null ? record.getMessage() : MessageFormat.format(record.getMessage(), parameters));
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

    private CapturedLogs() {
        handler.setLevel(Level.ALL);
        ours.setLevel(Level.ALL);
        ours.addHandler(handler);
    }

    static CapturedLogs ofEverything() {
        return new CapturedLogs();
    }

    String text() {
        return String.join("\n", lines);
    }

    @Override
    public void close() {
        ours.removeHandler(handler);
        ours.setLevel(before);
    }
}
