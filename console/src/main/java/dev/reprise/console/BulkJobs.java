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
    /** Who stops what goes on when the console is closed. */
    private static final String END = "the end of its process";

    private final AuditLog audit;
    private final InstantSource clock;
    private @Nullable Job latest;
    private @Nullable Thread worker;
    /** Whether one is about to begin, and waits for the audit. */
    private boolean beginning;

    private boolean closed;

    /**
     * Something that is done to many operations.
     *
     * @param number tells it from those before it
     * @param run what
     * @param what the same in words
     * @param by who has asked for it
     * @param reason why; empty if nothing is changed
     * @param since when that was
     * @param conditions the filter, as the query of a URL has it; empty for a selection
     */
    record Job(long number, BulkRun run, String what, String by, String reason, Instant since, String conditions) {
        private Job numbered(long chosen) {
            return new Job(chosen, run, what, by, reason, since, conditions);
        }
    }

    BulkJobs(AuditLog audit, InstantSource clock) {
        this.audit = audit;
        this.clock = clock;
    }

    /** Begins, unless something else goes on; then nothing is begun, and it returns false. */
    boolean begin(Supplier<BulkRun> prepared, String what, String by, String reason, String conditions) {
        if (!reserve()) {
            return false;
        }
        try {
            BulkRun run = prepared.get();
            List<Long> numbers = run.audited()
                    .map(action -> audit.begin(List.of(new AuditIntent(by, action, null, reason, what))))
                    .orElse(List.of());
            start(new Job(0, run, what, by, reason, clock.instant(), conditions), numbers);
            return true;
        } finally {
            unreserve();
        }
    }

    private synchronized boolean reserve() {
        boolean free = !beginning && !running() && !closed;
        beginning |= free;
        return free;
    }

    private synchronized void unreserve() {
        beginning = false;
    }

    private synchronized void start(Job job, List<Long> numbers) {
        latest = job.numbered(latest == null ? 1 : latest.number() + 1);
        if (closed) {
            job.run().stop(END);
        }
        // The store may be native code, which would hold the carrier of a virtual thread.
        worker = Thread.ofPlatform().daemon().name("reprise-console-bulk").start(() -> run(job.run(), numbers));
    }

    private void run(BulkRun run, List<Long> numbers) {
        try {
            BulkRun.Standing ignored = run.run();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "What was being done to many operations has ended", e);
        } finally {
            BulkRun.Standing ended = run.standing();
            if (!numbers.isEmpty()) {
                audit.end(
                        numbers,
                        List.of(ended.inWords() + (ended.state() == State.DONE ? "" : ", " + JobPages.inWords(ended))));
            }
        }
    }

    synchronized Optional<Job> latest() {
        return Optional.ofNullable(latest);
    }

    synchronized boolean running() {
        return worker != null && worker.isAlive();
    }

    /**
     * Lets a job end where it is.
     *
     * @return whether it is the one that goes on
     */
    synchronized boolean stop(long number, String by) {
        Job job = latest;
        if (job == null || job.number() != number || !running()) {
            return false;
        }
        job.run().stop(by);
        return true;
    }

    /** Stops what goes on, and waits for it, so that it is written down what came of it. */
    @Override
    public void close() {
        Thread present = end();
        try {
            if (present != null && !present.join(PATIENCE)) {
                LOG.log(Level.WARNING, "What was being done to many operations did not stop in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable Thread end() {
        closed = true;
        if (latest != null) {
            latest.run().stop(END);
        }
        return worker;
    }
}
