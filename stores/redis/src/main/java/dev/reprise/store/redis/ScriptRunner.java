package dev.reprise.store.redis;

import dev.reprise.spi.support.Call;
import dev.reprise.spi.support.TimeLimit;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs the scripts: by their hash, and by their text where the server does not know them, as after a restart or a failover. Nothing
 * here blocks, and answers come on the driver's threads. Thread-safe.
 */
final class ScriptRunner {
    private final RedisLink link;
    private final TimeLimit timeLimit;
    private final AtomicLong sent = new AtomicLong();

    ScriptRunner(RedisLink link, Duration timeLimit) {
        this.link = link;
        this.timeLimit = new TimeLimit(timeLimit);
    }

    /** Starts a script, which is answered, or fails, within the time limit (S22). */
    Call<Object> run(RedisScript script, byte[][] keys, byte[]... arguments) {
        Running running = new Running(script, keys, arguments);
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
        private final byte[][] keys;
        private final byte[][] arguments;
        private final long since = System.nanoTime();
        private volatile @Nullable RedisFuture<Object> command;

        private Running(RedisScript script, byte[][] keys, byte[][] arguments) {
            this.script = script;
            this.keys = keys;
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

        private void send(ScriptWire wire, boolean whole) {
            sent.incrementAndGet();
            Replication replication = script.changing() ? wire.replication() : null;
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

        private void acknowledge(@Nullable Replication replication, int losses, Object answer) {
            if (replication == null || !script.changed(answer)) {
                answer(answer);
                return;
            }
            var unused = replication.acknowledged(losses).whenComplete((ignored, failure) -> {
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
            super.fail(failure);
            if (running != null && !running.isDone()) {
                link.late(since);
                running.cancel(false);
            }
        }
    }
}
