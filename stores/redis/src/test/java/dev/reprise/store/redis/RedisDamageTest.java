package dev.reprise.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Answer;
import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationPolicy;
import dev.reprise.spi.StoreException;
import dev.reprise.testkit.RedisServer;
import dev.reprise.testkit.SharedServers;
import java.util.UUID;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that are no records of this release. */
@ExtendWith(SharedServers.class)
class RedisDamageTest {
    /** Too short for the script, for the store, and of a newer release. */
    @ParameterizedTest
    @ValueSource(
            strings = {"short", "cut-off-behind-its-times--", "newer-than-this-release-and-as-long-as-records-are"})
    void are_not_executed_again_also_where_that_was_chosen_for_a_store_that_is_down(String text, RedisServer server) {
        String prefix = "damaged-" + UUID.randomUUID();
        OperationPolicy open = OperationPolicy.DEFAULT.withStoreFailure(OperationPolicy.StoreFailure.FAIL_OPEN);
        try (RedisStore store = RedisStore.at(Sample.at(server)).prefix(prefix).open();
                IdempotencyEngine engine = IdempotencyEngine.over(store).build()) {
            byte[] key = new KeySpace(prefix).record(RecordName.of(Sample.id("k")));
            server.command("SET", new String(key, US_ASCII), text);

            assertThatThrownBy(() -> store.acquire(Sample.claim("k")))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            failure -> assertThat(failure.isUnreadable()).isTrue())
                    .hasMessageContaining("damaged");
            assertThat(engine.execute(Sample.operation("k", open), execution -> {
                        throw new AssertionError("executed");
                    }))
                    .isInstanceOf(Answer.Reject.class);
        }
    }
}
