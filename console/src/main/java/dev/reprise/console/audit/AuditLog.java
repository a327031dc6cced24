package dev.reprise.console.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where it is written down what operators do to operations of one handler. What they do to operations with steps is in the database
 * of those ({@link dev.reprise.spi.Interventions}). Thread-safe; calls block.
 */
public interface AuditLog extends AutoCloseable {
    /** In the log of the process, with shortened keys, and nowhere else. */
    static AuditLog inLogOnly() {
        return new LoggedAudit();
    }

    /**
     * Writes down what is about to be done. When this returns it survives a crash, if it is {@linkplain #kept kept} at all.
     *
     * @return a number for each, which grows
     * @throws dev.reprise.IdempotencyException if it cannot be written down; then nothing is to be done
     */
    List<Long> begin(List<AuditIntent> intents);

    /** Writes down what came of it. Does not fail: what is done is done. */
    void end(List<Long> numbers, List<String> outcomes);

    /**
     * What was done, the latest first.
     *
     * @param before where an earlier page ended, as {@link AuditPage#next} says; null for the latest
     * @param limit how many at most; there may be fewer although there are more
     * @throws IllegalArgumentException if there is no such place
     */
    AuditPage latest(@Nullable String before, int limit);

    /** Whether it can be read again. */
    boolean kept();

    /** Does not fail. */
    @Override
    void close();
}
