package dev.reprise.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HealthTest {
    private List<String> told = List.of();
    private final Health health = new Health(Duration.ofMillis(200), () -> told);

    private List<String> problems() throws Exception {
        return health.problems().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void is_good_while_every_part_gives_a_sign_of_life() throws Exception {
        assertThat(problems()).isEmpty();
        health.watch("a", Future::succeededFuture);
        health.watch("b", () -> Future.succeededFuture("alive"));

        assertThat(problems()).isEmpty();
    }

    @Test
    void names_the_parts_that_are_silent_fail_or_cannot_be_asked() throws Exception {
        health.watch("fine", Future::succeededFuture);
        health.watch("silent", () -> Promise.<Void>promise().future());
        health.watch("failed", () -> Future.failedFuture("dead"));
        health.watch("gone", () -> {
            throw new IllegalStateException("gone");
        });

        assertThat(problems())
                .containsExactly(
                        "silent gives no sign of life", "failed gives no sign of life", "gone gives no sign of life");
    }

    @Test
    void names_what_parts_say_of_themselves() throws Exception {
        health.watch("silent", () -> Promise.<Void>promise().future());
        told = List.of("reprise-heartbeat has ended");

        assertThat(problems()).containsExactly("silent gives no sign of life", "reprise-heartbeat has ended");
    }
}
