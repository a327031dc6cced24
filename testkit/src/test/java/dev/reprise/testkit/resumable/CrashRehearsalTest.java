package dev.reprise.testkit.resumable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Answer;
import dev.reprise.OperationType;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableOperation;
import dev.reprise.resumable.Steps;
import dev.reprise.testkit.CrashRehearsal;
import dev.reprise.testkit.CrashRehearsal.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** An operation dies at each boundary of its steps, and what there is in the end is held against what there has to be (P2, P3, P8). */
class CrashRehearsalTest {
    private static final Codecs CODECS = Codecs.builtIn();

    /** A shop with a payment provider that recognises keys. */
    private static final class Shop {
        private final List<String> rides = new ArrayList<>();
        private final Map<String, String> charges = new HashMap<>();
        private int chargesWithoutKey;

        Scenario<String> scenario(ResumableOperation<String, String, MemoryTransaction> operation) {
            Resumable<String, String, MemoryTransaction> type = Resumable.returning(
                    new OperationType("book-ride", 1), CODECS.of(String.class), CODECS.of(String.class), operation);
            return new Scenario<>(type, "the airport", answer -> {
                assertThat(type.result(answer)).contains("booked");
                assertThat(rides).containsExactly("the airport");
                assertThat(charges).hasSize(1);
                assertThat(chargesWithoutKey).isLessThanOrEqualTo(1);
            });
        }

        String book(String to, Steps<MemoryTransaction> steps) {
            create(to, steps);
            steps.remote("charge card", String.class, key -> charge(key));
            steps.sleep("wait for the weather", Duration.ofDays(400));
            steps.await("approval", String.class);
            return steps.local("confirm", String.class, transaction -> "booked");
        }

        void create(String to, Steps<MemoryTransaction> steps) {
            steps.local("create ride", transaction -> transaction.onCommit(() -> rides.add(to)));
        }

        String charge(String key) {
            return charges.computeIfAbsent(key, unused -> "charge " + charges.size());
        }
    }

    @Test
    void an_operation_with_steps_of_all_kinds_ends_well_wherever_its_process_dies() {
        int points = CrashRehearsal.of(CODECS, () -> {
                    Shop shop = new Shop();
                    return shop.scenario(shop::book);
                })
                .answering("approval", "yes")
                .run();

        assertThat(points).isGreaterThan(20);
    }

    @Test
    void work_outside_of_steps_is_found_out() {
        CrashRehearsal<String> rehearsal = CrashRehearsal.of(CODECS, () -> {
            Shop shop = new Shop();
            return shop.scenario((to, steps) -> {
                shop.create(to, steps);
                shop.chargesWithoutKey++;
                steps.remote("charge card", String.class, shop::charge);
                return "booked";
            });
        });

        assertThatThrownBy(rehearsal::run).isInstanceOf(AssertionError.class).hasMessageContaining("A crash at point");
    }

    @Test
    void a_new_key_for_each_attempt_is_found_out() {
        CrashRehearsal<String> rehearsal = CrashRehearsal.of(CODECS, () -> {
            Shop shop = new Shop();
            return shop.scenario((to, steps) -> {
                shop.create(to, steps);
                steps.remote(
                        "charge card",
                        String.class,
                        key -> shop.charge(UUID.randomUUID().toString()));
                return "booked";
            });
        });

        assertThatThrownBy(rehearsal::run).isInstanceOf(AssertionError.class).hasMessageContaining("A crash at point");
    }

    @Test
    void a_call_without_a_key_that_cannot_be_asked_about_is_parked_and_never_made_twice_P6() {
        int points = CrashRehearsal.<String>of(CODECS, () -> {
                    List<String> faxes = new ArrayList<>();
                    Resumable<String, String, MemoryTransaction> type = Resumable.returning(
                            new OperationType("fax", 1),
                            CODECS.of(String.class),
                            CODECS.of(String.class),
                            (to, steps) -> steps.once("send fax", String.class, key -> {
                                faxes.add(to);
                                return "sent";
                            }));
                    return new Scenario<>(type, "the airport", answer -> {
                        assertThat(faxes).hasSizeLessThanOrEqualTo(1);
                        if (answer instanceof Answer.Fresh || answer instanceof Answer.Replay) {
                            assertThat(faxes).hasSize(1);
                        }
                    });
                })
                .run();

        assertThat(points).isPositive();
    }
}
