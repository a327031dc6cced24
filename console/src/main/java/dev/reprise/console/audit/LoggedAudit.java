package dev.reprise.console.audit;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** In the log of the process, for want of another place. */
final class LoggedAudit implements AuditLog {
    private static final System.Logger LOG = System.getLogger(LoggedAudit.class.getName());

    private final AtomicLong last = new AtomicLong();

    @Override
    public List<Long> begin(List<AuditIntent> intents) {
        List<Long> numbers = new ArrayList<>();
        for (AuditIntent intent : intents) {
            numbers.add(last.incrementAndGet());
            LOG.log(
                    Level.INFO,
                    "{0} wants to {1}{2}, because: {3}. It stood like this: {4}",
                    printable(intent.by()),
                    intent.action(),
                    intent.id() == null ? "" : " " + intent.id(),
                    printable(intent.reason()),
                    printable(intent.before()));
        }
        return numbers;
    }

    /** People choose some of these words, and one line is one message. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    @Override
    public void end(List<Long> numbers, List<String> outcomes) {
        // Whoever did it logs that.
    }

    @Override
    public AuditPage latest(@Nullable String before, int limit) {
        return AuditPage.EMPTY;
    }

    @Override
    public boolean kept() {
        return false;
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
