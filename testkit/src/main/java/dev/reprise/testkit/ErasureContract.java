package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Response;
import dev.reprise.spi.Lease;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The part of {@link StoreContract} about answers that have to be forgotten. */
abstract class ErasureContract extends UncertaintyContract {
    private static final Response PERSONAL = new Response(
            201, Headers.of("Location", "/people/alice"), Body.of("alice".getBytes(StandardCharsets.UTF_8)));

    ErasureContract(Duration lease) {
        super(lease);
    }

    /** Erasing the answer of a finished operation. */
    @Nested
    public class EraseAnswer {
        @Test
        void leaves_the_status_alone_and_the_operation_finished_for_as_long_as_before_S36() {
            Lease held = acquire(newId());
            store.complete(held, PERSONAL, Duration.ofHours(1));
            OperationRecord before = store.find(held.id()).orElseThrow();

            assertThat(store.eraseAnswer(held.id(), held.token())).isTrue();

            OperationRecord after = store.find(held.id()).orElseThrow();
            assertThat(after).isEqualTo(before.asListed());
            assertThat(existing(store.acquire(claim(held.id()))).record()).isEqualTo(after);
        }

        @Test
        void can_be_done_again() {
            Lease held = acquire(newId());
            store.complete(held, PERSONAL, Duration.ofHours(1));

            assertThat(store.eraseAnswer(held.id(), held.token())).isTrue();
            assertThat(store.eraseAnswer(held.id(), held.token())).isTrue();

            assertThat(store.find(held.id()).orElseThrow().state())
                    .isInstanceOfSatisfying(
                            Completed.class,
                            done -> assertThat(done.response().status()).isEqualTo(201));
        }

        @Test
        void of_an_answer_that_was_replayed_before_is_seen_by_the_next_replay_S36() {
            Lease held = acquire(newId());
            store.complete(held, PERSONAL, Duration.ofHours(1));
            for (int i = 0; i < 3; i++) {
                existing(store.acquire(claim(held.id())));
            }

            store.eraseAnswer(held.id(), held.token());

            OperationRecord replayed = existing(store.acquire(claim(held.id()))).record();
            assertThat(replayed.state())
                    .isInstanceOfSatisfying(
                            Completed.class,
                            done -> assertThat(done.response())
                                    .isEqualTo(new Response(201, Headers.EMPTY, Body.OMITTED)));
        }

        @Test
        void of_a_long_answer_leaves_nothing_of_it() {
            Lease held = acquire(newId());
            store.complete(held, PERSONAL.withBody(Body.of(new byte[300_000])), Duration.ofHours(1));

            assertThat(store.eraseAnswer(held.id(), held.token())).isTrue();

            assertThat(store.find(held.id()).orElseThrow().state())
                    .isInstanceOfSatisfying(
                            Completed.class,
                            done -> assertThat(done.response().body()).isEqualTo(Body.OMITTED));
        }

        @Test
        void changes_nothing_that_is_not_finished_under_this_token() {
            Lease running = acquire(newId());
            Lease unknown = acquire(newId());
            store.park(unknown, "unknown");
            Lease finished = acquire(newId());
            store.complete(finished, PERSONAL, Duration.ofHours(1));
            OperationRecord before = store.find(finished.id()).orElseThrow();
            OperationId nothing = newId();

            assertThat(store.eraseAnswer(running.id(), running.token())).isFalse();
            assertThat(store.eraseAnswer(unknown.id(), unknown.token())).isFalse();
            assertThat(store.eraseAnswer(
                            finished.id(), new FencingToken(finished.token().value() + 1)))
                    .isFalse();
            assertThat(store.eraseAnswer(nothing, running.token())).isFalse();

            assertThat(state(running.id())).isInstanceOf(Running.class);
            assertThat(state(unknown.id())).isInstanceOf(Unknown.class);
            assertThat(store.find(finished.id())).contains(before);
            assertThat(store.find(nothing)).isEmpty();
        }

        @Test
        void does_not_lengthen_the_retention_S23() throws Exception {
            Lease held = acquire(newId());
            store.complete(held, PERSONAL, lease);
            store.eraseAnswer(held.id(), held.token());

            elapse(lease.plusMillis(1));

            assertThat(store.find(held.id())).isEmpty();
            assertThat(store.eraseAnswer(held.id(), held.token())).isFalse();
            assertThat(acquire(held.id()).attempt()).isEqualTo(1);
        }
    }
}
