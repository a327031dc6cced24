package dev.reprise.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.OperationState.Completed;
import dev.reprise.spi.Acquisition;
import dev.reprise.testkit.RedisSentinel;
import dev.reprise.testkit.RedisServer;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A store goes on by itself at the primary that Sentinel has promoted. Mostly waits. */
@Execution(ExecutionMode.CONCURRENT)
class RedisSentinelTest {
    private static final Duration SOON = Duration.ofSeconds(40);

    @Test
    void when_the_primary_has_died() {
        failOver(RedisServer::kill);
    }

    /** Its connections stay open, and the driver would wait on them for ever. */
    @Test
    void when_the_primary_stands_still() {
        failOver(RedisServer::freeze);
    }

    private static void failOver(Consumer<RedisServer> failure) {
        RedisServer.unavailable().ifPresent(Assumptions::abort);
        try (RedisServer primary = RedisServer.start();
                RedisServer replica = primary.replica();
                RedisSentinel sentinel = RedisSentinel.start(primary, "payments");
                RedisStore store = RedisStore.at(RedisURI.Builder.sentinel("127.0.0.1", sentinel.port(), "payments")
                                .build())
                        .replicas(1)
                        .timeLimit(Duration.ofSeconds(1))
                        .open()) {
            store.complete(Sample.acquired(store.acquire(Sample.claim("before"))), Sample.RESPONSE, Sample.HOUR);

            failure.accept(primary);

            Awaitility.await()
                    .atMost(SOON)
                    .ignoreExceptions()
                    .until(() -> store.find(Sample.id("before")).isPresent());
            assertThat(replica.command("ROLE")).startsWith("master");
            assertThat(store.acquire(Sample.claim("before")))
                    .isInstanceOfSatisfying(
                            Acquisition.Existing.class,
                            existing -> assertThat(existing.record().state()).isInstanceOf(Completed.class));
        }
    }
}
