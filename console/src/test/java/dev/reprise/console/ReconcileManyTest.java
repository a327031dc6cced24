package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Completed;
import dev.reprise.Reconciler.Finding;
import dev.reprise.Scope;
import dev.reprise.console.audit.AuditView;
import dev.reprise.spi.Lease;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An operator has it found out what happened to many operations, one after another (S33). */
class ReconcileManyTest extends ReconcilingFixture {
    @Test
    void are_asked_about_once_each_and_what_came_is_counted() {
        service = record -> switch (record.id().key().value()) {
            case "lost" -> new Finding.DidNotHappen();
            case "odd" -> new Finding.NotKnown("busy");
            default -> HAPPENED;
        };
        for (int i = 0; i < 30; i++) {
            unknown("k" + i);
        }
        unknown("lost");
        OperationRef odd = unknown("odd");
        OperationRef others = unknown("others");
        assertThat(store.startReconciling(others.id(), others.seen(), Duration.ofMinutes(1)))
                .isTrue();
        OperationRef strange = unknown(new OperationId(new Scope("a", "/refunds"), new IdempotencyKey("k")), "r");
        Surfer operator = operator();

        assertThat(page(operator, "/bulk?what=reconcile"))
                .contains("one after another", "Only count them")
                .doesNotContain("abandoned");
        operator.submit("/bulk", "what", "reconcile", "filter", "", "count", "yes");
        assertThat(operator.afterwards()).contains("Counting what can be asked about", ">33<");
        assertThat(asked).isEmpty();
        operator.submit("/bulk", "what", "reconcile", "filter", "", "reason", "it is back", "do", "yes");

        assertThat(operator.afterwards())
                .contains("Reconciling")
                .containsPattern("Answered</dt><dd>30<")
                .containsPattern("Did not happen</dt><dd>1<")
                .containsPattern("Still unknown</dt><dd>1<")
                .containsPattern("Left as they were</dt><dd>1<");
        assertThat(asked).hasSize(32).doesNotHaveDuplicates().doesNotContain(others.id(), strange.id());
        assertThat(store.find(id("k7")).orElseThrow().state()).isInstanceOf(Completed.class);
        assertThat(store.find(id("lost"))).isEmpty();
        assertThat(List.of(odd, others, strange)).allMatch(this::isUnknown);
        List<AuditView> entries = audit.latest(null, 100).entries();
        assertThat(entries).hasSize(34);
        assertThat(entries.getLast().action()).isEqualTo("reconcile many");
        assertThat(entries.getLast().outcome()).isEqualTo("30 executed, 1 not-executed, 1 still-unknown, 1 left");
        assertThat(entries)
                .filteredOn(entry -> entry.action().equals("reconcile"))
                .hasSize(33)
                .allSatisfy(entry -> assertThat(entry.reason()).isEqualTo("it is back"));
    }

    @Test
    void are_offered_to_be_asked_about_where_the_list_has_one_that_can_be() {
        String option = "value=\"reconcile\"";
        unknown(new OperationId(new Scope("a", "/refunds"), new IdempotencyKey("k")), "r");
        completed(id("done"), Headers.EMPTY, "");
        assertThat(page(operator(), "/operations")).doesNotContain(option).contains("value=\"release\"");
        unknown("k");

        assertThat(page(operator(), "/operations")).contains(option);
        assertThat(page(operator(), "/operations?route=%2Frefunds")).doesNotContain(option);
        assertThat(page(operator(), "/operations?state=abandoned")).doesNotContain(option);
    }

    @Test
    void of_those_that_were_chosen_only_what_has_not_changed_is_asked_about() {
        OperationRef one = unknown("one");
        OperationRef changed = unknown("changed");
        store.release(new Lease(changed.id(), changed.seen(), 1, Duration.ofHours(1)));
        unknown("changed");
        OperationRef done = completed(id("done"), Headers.EMPTY, "");
        Surfer operator = operator();

        operator.submit(
                "/operations/chosen",
                "what",
                "reconcile",
                "op",
                one.text(),
                "op",
                changed.text(),
                "op",
                done.text(),
                "reason",
                "r",
                "do",
                "yes");

        assertThat(operator.afterwards())
                .containsPattern("Answered</dt><dd>1<")
                .containsPattern("Left as they were</dt><dd>2<");
        assertThat(asked).containsExactly(one.id());
    }

    @Test
    void are_stopped_between_two_questions_and_nothing_else_is_begun_meanwhile() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        service = record -> {
            first.countDown();
            try {
                assertThat(answer.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return HAPPENED;
        };
        for (int i = 0; i < 3; i++) {
            unknown("k" + i);
        }
        Surfer operator = operator();
        String[] form = {"what", "reconcile", "filter", "", "reason", "it is back", "do", "yes"};

        assertThat(operator.submit("/bulk", form).status()).isEqualTo(303);
        assertThat(first.await(60, TimeUnit.SECONDS)).isTrue();
        assertSays(operator.submit("/bulk", form), 409, "Nothing was begun", "it is back");
        assertSays(operator.submit("/bulk", "what", "release", "filter", "", "count", "yes"), 409, "not counted");
        assertThat(page(operator, "/")).contains("Something is being done to many operations");
        assertSays(operator.submit("/job/stop", "job", "7"), 409, "Nothing was stopped");
        assertThat(page(operator, "/job")).contains("name=\"job\" value=\"1\"", "goes on");
        operator.submit("/job/stop", "job", "1");
        answer.countDown();

        assertThat(operator.afterwards()).contains(">stopped by olivia<").containsPattern("Answered</dt><dd>1<");
        assertThat(asked).hasSize(1);
        assertThat(audit.latest(null, 10).entries().getLast().outcome())
                .isEqualTo("1 executed, 0 not-executed, 0 still-unknown, 0 left, stopped by olivia");
    }
}
