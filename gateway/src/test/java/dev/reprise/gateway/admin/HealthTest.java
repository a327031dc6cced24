package dev.reprise.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HealthTest {
    private final Health health = new Health(Duration.ofMillis(200));

    private List<String> dead() throws Exception {
        return health.dead().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void is_good_while_every_part_gives_a_sign_of_life() throws Exception {
        assertThat(dead()).isEmpty();
        health.watch("a", Future::succeededFuture);
        health.watch("b", () -> Future.succeededFuture("alive"));

        assertThat(dead()).isEmpty();
    }

    @Test
    void names_the_parts_that_are_silent_fail_or_cannot_be_asked() throws Exception {
        health.watch("fine", Future::succeededFuture);
        health.watch("silent", () -> Promise.<Void>promise().future());
        health.watch("failed", () -> Future.failedFuture("dead"));
        health.watch("gone", () -> {
            throw new IllegalStateException("gone");
        });

        assertThat(dead()).containsExactly("silent", "failed", "gone");
    }
}
