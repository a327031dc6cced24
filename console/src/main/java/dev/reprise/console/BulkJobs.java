package dev.reprise.console;

import dev.reprise.console.audit.AuditIntent;
import dev.reprise.console.audit.AuditLog;
import dev.reprise.console.bulk.BulkRun;
import dev.reprise.console.bulk.BulkRun.State;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is done to many operations, in the background and one at a time; the latest is remembered. Thread-safe. */
final class BulkJobs implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(BulkJobs.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final AuditLog audit;
    private final InstantSource clock;
    private @Nullable Job latest;
    private @Nullable Thread worker;

    /**
     * Something that is done to many operations.
     *
     * @param run what
     * @param what the same in words
     * @param by who has asked for it
     * @param reason why; empty if nothing is changed
     * @param since when that was
     * @param conditions the filter, as the query of a URL has it; empty for a selection
     */
    record Job(BulkRun run, String what, String by, String reason, Instant since, String conditions) {}

    BulkJobs(AuditLog audit, InstantSource clock) {
        this.audit = audit;
        this.clock = clock;
    }

    /** Begins, unless something else goes on; then nothing is begun, and it returns false. */
    synchronized boolean begin(Supplier<BulkRun> prepared, String what, String by, String reason, String conditions) {
        if (running()) {
            return false;
        }
        BulkRun run = prepared.get();
        List<Long> numbers = run.audited()
                .map(action -> audit.begin(List.of(new AuditIntent(by, action, null, reason, what))))
                .orElse(List.of());
        latest = new Job(run, what, by, reason, clock.instant(), conditions);
        worker = Thread.ofVirtual().name("reprise-console-bulk").start(() -> run(run, numbers));
        return true;
    }

    private void run(BulkRun run, List<Long> numbers) {
        BulkRun.Standing ended = run.run();
        if (!numbers.isEmpty()) {
            audit.end(
                    numbers,
                    List.of(ended.inWords() + (ended.state() == State.DONE ? "" : ", " + JobPages.inWords(ended))));
        }
    }

    synchronized Optional<Job> latest() {
        return Optional.ofNullable(latest);
    }

    synchronized boolean running() {
        return worker != null && worker.isAlive();
    }

    /** Lets it end where it is, if something goes on. */
    synchronized void stop() {
        if (latest != null) {
            latest.run().stop();
        }
    }

    /** Stops what goes on, and waits for it, so that it is written down what came of it. */
    @Override
    public void close() {
        stop();
        Thread present = worker();
        try {
            if (present != null && !present.join(PATIENCE)) {
                LOG.log(Level.WARNING, "What was being done to many operations did not stop in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable Thread worker() {
        return worker;
    }
}
