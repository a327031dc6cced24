package dev.reprise.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Answer;
import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationPolicy;
import dev.reprise.testkit.RedisServer;
import dev.reprise.testkit.SharedServers;
import io.lettuce.core.RedisURI;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What docs/stores.md shows. */
@ExtendWith(SharedServers.class)
class RedisExampleTest {
    @Test
    void a_store_is_opened_at_an_address(RedisServer server) {
        String key = UUID.randomUUID().toString();
        RedisURI address = RedisURI.create("redis://127.0.0.1:" + server.port());
        try (RedisStore store = RedisStore.at(address).prefix("payments").open();
                IdempotencyEngine engine = IdempotencyEngine.over(store).build()) {
            assertThat(engine.execute(Sample.operation(key, OperationPolicy.DEFAULT), execution -> Sample.answered()))
                    .isInstanceOf(Answer.Fresh.class);
            assertThat(engine.begin(Sample.operation(key, OperationPolicy.DEFAULT)))
                    .isInstanceOf(Answer.Replay.class);
        }
    }
}
