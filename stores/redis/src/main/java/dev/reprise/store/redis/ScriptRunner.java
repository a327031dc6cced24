package dev.reprise.store.redis;

import dev.reprise.spi.StoreException;
import dev.reprise.spi.support.Call;
import dev.reprise.spi.support.TimeLimit;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs the scripts: by their hash, and by their text where the server does not know them, as after a restart or a failover. Nothing
 * here blocks, and answers come on the driver's threads. Thread-safe.
 */
final class ScriptRunner {
    private final RedisLink link;
    private final KeySpace keySpace;
    private final TimeLimit timeLimit;
    private final AtomicLong sent = new AtomicLong();

    ScriptRunner(RedisLink link, KeySpace keySpace, Duration timeLimit) {
        this.link = link;
        this.keySpace = keySpace;
        this.timeLimit = new TimeLimit(timeLimit);
    }

    /** Starts a script on a record, which is answered, or fails, within the time limit (S22). */
    Call<Object> run(RedisScript script, RecordName name, byte[]... arguments) {
        Running running = new Running(script, name, arguments);
        timeLimit.watch(running);
        running.start();
        return running;
    }

    /** How many scripts were sent. */
    long sent() {
        return sent.get();
    }

    /** A script that was started. */
    private final class Running extends Call<Object> {
        private final RedisScript script;
        private final RecordName name;
        private final byte[][] keys;
        private final byte[][] arguments;
        private final long since = System.nanoTime();
        private volatile @Nullable RedisFuture<Object> command;
        /** Whether there is a finished record, which is not given out before replicas have it. */
        private volatile boolean finished;

        private Running(RedisScript script, RecordName name, byte[][] arguments) {
            this.script = script;
            this.name = name;
            this.keys = new byte[][] {keySpace.record(name), keySpace.bucket(name.bucket())};
            this.arguments = arguments;
        }

        private void start() {
            var unused = link.wire(keys[0]).whenComplete((wire, failure) -> {
                if (failure == null) {
                    send(wire, false);
                } else {
                    fail(RedisFailures.of(failure));
                }
            });
        }

        /** Whether a recorded answer may come of it; listings ask without. */
        private boolean givesAnswer() {
            return script == RedisScript.FIND && Arrays.equals(arguments[0], RedisStore.YES);
        }

        private void send(ScriptWire wire, boolean whole) {
            sent.incrementAndGet();
            Replication replication = script.changing() || givesAnswer() ? wire.replication() : null;
            int losses = replication == null ? 0 : replication.losses();
            RedisFuture<Object> future = whole
                    ? wire.commands().eval(script.text(), script.output(), keys, arguments)
                    : wire.commands().evalsha(script.sha(), script.output(), keys, arguments);
            command = future;
            var unused = future.whenComplete((answer, failure) -> {
                if (failure instanceof RedisNoScriptException && !whole) {
                    send(wire, true);
                } else if (failure != null) {
                    fail(RedisFailures.of(failure));
                } else {
                    link.answered();
                    acknowledge(replication, losses, answer);
                }
            });
        }

        /** What is promised by the answer, replicas have to have: what the call did, or found to have been done before. */
        private void acknowledge(@Nullable Replication replication, int losses, Object answer) {
            if (replication == null) {
                answer(answer);
                return;
            }
            finished = answer instanceof byte[] record
                    && RecordText.isFinished(record)
                    && !replication.has(losses, RecordText.finishedMicros(record), RecordText.timeMicros(record));
            if (!finished && !script.changed(answer)) {
                answer(answer);
                return;
            }
            String key = keySpace.replicated(name.bucket());
            var unused = replication.acknowledged(losses, key).whenComplete((ignored, failure) -> {
                if (failure == null) {
                    answer(answer);
                } else {
                    fail(RedisFailures.of(failure));
                }
            });
        }

        /** Also called when the time is over: then the driver must not send the command any more, if it still could. */
        @Override
        public void fail(Throwable failure) {
            RedisFuture<Object> running = command;
            super.fail(
                    finished
                            ? StoreException.unreadable(
                                    "The recorded answer may still be lost, and is not given: " + failure.getMessage(),
                                    failure)
                            : failure);
            if (running != null && !running.isDone()) {
                try {
                    link.late(since);
                } finally {
                    running.cancel(false);
                }
            }
        }
    }
}
