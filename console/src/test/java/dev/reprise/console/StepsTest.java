package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.Owner;
import dev.reprise.spi.Interventions.AuditEntry;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.ResumableStore.Step;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators see of operations with steps and do to them, in a database (P12). */
class StepsTest extends StepsFixture {
    @SuppressWarnings("NullAway.Init")
    private Surfer operator;

    @BeforeEach
    void signIn() {
        operator = operator(settings());
    }

    private String page(String place) {
        return page(operator, place);
    }

    private AuditEntry latest() {
        return steps.interventions().audit(Long.MAX_VALUE, 1).getFirst();
    }

    @Test
    void are_shown_in_the_order_of_their_time() {
        OperationRef ref = left("parked", new Next.Park("no idea", "confirm"), CREATED, CHARGED);

        assertThat(page("/operation?op=" + ref.text()))
                .containsSubsequence("create ride", "charge card")
                .contains("book-ride, version 2", "no idea", "8 bytes", "Resume", "Retry from here");
        assertThat(page("/operations?type=book-ride")).contains("parked", "book-ride version 2");
    }

    @Test
    void wait_and_are_counted_as_waiting() {
        left("asking", new Next.AwaitAnswer("approval"), new Step("approval", Kind.AWAIT, null));

        assertThat(page("/")).contains("<strong>1</strong> waiting", "<strong>0</strong> abandoned");
        assertThat(page("/operations?state=waiting")).contains("waits for an answer");
    }

    @Test
    void go_on_when_they_are_resumed_with_an_entry_in_the_audit_of_the_database() {
        OperationRef ref = left("parked", new Next.Park("no idea"), CREATED);

        assertThat(page("/operation/resume?op=" + ref.text())).contains("It goes on now");
        ConsoleResponse done = operator.submit("/operation/resume", "op", ref.text(), "reason", "fixed", "do", "yes");

        assertThat(done.status()).isEqualTo(303);
        assertThat(store.find(ref.id()).orElseThrow().state()).isInstanceOf(Running.class);
        assertThat(latest().by()).isEqualTo("olivia");
        assertThat(latest().reason()).isEqualTo("fixed");
        assertThat(page("/audit?of=steps")).contains("resume", "fixed", "parked at /rides");
        assertThat(Surfer.text(operator.get("/audit.csv?of=steps"))).contains("\"fixed\"");
    }

    @Test
    void are_retried_only_if_what_would_be_done_again_does_no_harm() {
        OperationRef ref = left("parked", new Next.Park("no idea"), CREATED, CHARGED);
        String[] form = {"op", ref.text(), "from", "charge card", "reason", "r", "do", "yes"};

        ConsoleResponse refused = operator.submit("/operation/retry", form);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(Surfer.text(refused))
                .contains("would do this again: charge card (called again, under the same child key)")
                .contains("name=\"repeat\"", "value=\"charge card\"");
        ConsoleResponse done = operator.submit(
                "/operation/retry",
                "op",
                ref.text(),
                "from",
                "charge card",
                "reason",
                "r",
                "do",
                "yes",
                "repeat",
                "yes");

        assertThat(done.status()).isEqualTo(303);
        assertThat(latest().action()).isEqualTo("retry from charge card");
    }

    @Test
    void are_resolved_in_one_transaction_with_the_audit() {
        OperationRef ref = left("parked", new Next.Park("no idea"), CREATED);

        operator.submit("/operation/resolve", "op", ref.text(), "status", "204", "reason", "r", "do", "yes");

        assertThat(store.find(ref.id()).orElseThrow().state()).isInstanceOf(Completed.class);
        assertThat(latest().action()).isEqualTo("resolve with 204");
    }

    @Test
    void of_a_type_stop_and_go_on_again() {
        left("due", new Next.Wait(Duration.ofMillis(1), ""), CREATED);

        assertThat(operator.submit("/type/pause", "type", "book-ride", "reason", "r", "do", "yes")
                        .status())
                .isEqualTo(303);
        assertThat(steps.paused()).containsExactly("book-ride");
        assertThat(page("/live")).contains("/console/type/unpause?type=book-ride", "paused");
        assertThat(operator.submit("/type/unpause", "type", "book-ride", "reason", "r", "do", "yes")
                        .status())
                .isEqualTo(303);
        assertThat(steps.paused()).isEmpty();
    }

    @Test
    void are_not_released_with_many_others_if_finished_steps_would_be_done_again() {
        left("with-work", new Next.Park("no idea"), CHARGED);
        left("without", new Next.Park("no idea"));

        operator.submit("/bulk", "what", "release", "filter", "state=unknown", "reason", "r", "do", "yes");

        assertThat(operator.afterwards())
                .containsPattern("Released</dt><dd>1<")
                .containsPattern("Left as they were</dt><dd>1<");
        assertThat(store.find(ride("with-work"))).isPresent();
        assertThat(store.find(ride("without"))).isEmpty();
    }

    private List<String> audited() {
        return steps.interventions().audit(Long.MAX_VALUE, 10).stream()
                .map(entry -> entry.id() == null
                        ? entry.action()
                        : entry.action() + " " + entry.id().key().value() + " because " + entry.reason())
                .sorted()
                .toList();
    }

    @Test
    void are_resumed_together_if_they_are_unknown_or_wait_each_with_an_entry_in_the_audit() {
        left("parked", new Next.Park("no idea"), CREATED);
        left("asleep", new Next.Wait(Duration.ofHours(8), ""), CREATED);
        left("works", new Next.GoOn(), CREATED);

        assertThat(page("/operations"))
                .contains("value=\"resume\"", "value=\"retry\"", "Choose parked", "Choose asleep")
                .doesNotContain("Choose works");
        assertThat(page("/bulk?what=resume&type=book-ride"))
                .contains("waiting or unknown, of the type book-ride", "go on now");
        operator.submit("/bulk", "what", "resume", "filter", "type=book-ride", "count", "yes");
        assertThat(operator.afterwards()).contains("Counting what can be resumed", ">2<", ">Resume …<");
        assertThat(audited()).isEmpty();
        operator.submit("/bulk", "what", "resume", "filter", "type=book-ride", "reason", "fixed", "do", "yes");

        assertThat(operator.afterwards())
                .containsPattern("Resumed</dt><dd>2<")
                .containsPattern("Left as they were</dt><dd>0<");
        assertThat(audited()).containsExactly("resume asleep because fixed", "resume parked because fixed");
        assertThat(steps.takeOver(TYPE, () -> new Owner("node", 2), Duration.ofMinutes(1), 10))
                .extracting(lease -> lease.id().key().value())
                .containsExactlyInAnyOrder("parked", "asleep");
    }

    @Test
    void are_retried_together_from_a_step_that_each_has_if_nothing_is_done_again() {
        Step approval = new Step("approval", Kind.AWAIT, null);
        left("asking", new Next.AwaitAnswer("approval"), CREATED, approval);
        left("answered", new Next.Park("no idea"), CREATED, step("approval", Kind.AWAIT, "yes"));
        left("without", new Next.Park("no idea"), CREATED);
        left("works", new Next.GoOn(), CREATED, approval);
        String[] form = {"what", "retry", "filter", "type=book-ride", "reason", "asked the wrong one", "do", "yes"};

        assertThat(page("/bulk?what=retry&type=book-ride")).contains("name=\"from\"", "The first step to run again");
        ConsoleResponse without = operator.submit("/bulk", form);
        assertThat(without.status()).isEqualTo(422);
        assertThat(Surfer.text(without)).contains("Say from which", "asked the wrong one");
        operator.submit("/bulk", and(form, "from", "approval"));

        assertThat(operator.afterwards())
                .contains("Retrying")
                .containsPattern("Can be retried</dt><dd>3<")
                .containsPattern("Retried</dt><dd>1<")
                .containsPattern("Left as they were</dt><dd>2<");
        assertThat(audited()).containsExactly("retry from approval asking because asked the wrong one");
        assertThat(steps.find(ride("asking")).orElseThrow().steps())
                .extracting(one -> one.step().name())
                .containsExactly("create ride");
    }

    @Test
    void are_resolved_together_with_others_in_one_transaction_each_with_the_audit() {
        left("parked", new Next.Park("no idea"), CREATED);
        left("also", new Next.Park("no idea"));
        left("asleep", new Next.Wait(Duration.ofHours(8), ""), CREATED);

        operator.submit("/bulk", "what", "resolve", "filter", "", "status", "204", "reason", "r", "do", "yes");

        assertThat(operator.afterwards())
                .containsPattern("Resolved</dt><dd>2<")
                .containsPattern("Left as they were</dt><dd>0<");
        assertThat(store.find(ride("parked")).orElseThrow().state()).isInstanceOf(Completed.class);
        assertThat(store.find(ride("asleep")).orElseThrow().state()).isInstanceOf(Running.class);
        assertThat(audited()).containsExactly("resolve with 204 also because r", "resolve with 204 parked because r");
    }

    private static String[] and(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void say_where_the_audit_is() {
        assertThat(page("/audit")).contains("in the log of the process only");
        assertThat(page("/")).contains("in the log of the process only");
        assertThat(page("/audit?of=steps")).contains("in the transaction of each action");
    }
}
