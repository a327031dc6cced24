package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Body;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Response;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.ResumableStore.Answered;
import dev.reprise.spi.ResumableStore.Failing;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.ResumableStore.Progress;
import dev.reprise.spi.ResumableStore.Progressing;
import dev.reprise.spi.ResumableStore.Step;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore.Claimed;
import dev.reprise.spi.TransactionalStore.Failure;
import dev.reprise.spi.Transactions.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ResumableStore} does. A store's test extends this class, opens the store, and lets its clock go.
 *
 * @param <T> the handle of a transaction
 */
public abstract class ResumableContract<T> extends InterventionContract<T> {
    /** For subclasses. */
    protected ResumableContract() {}

    @Test
    void what_was_started_is_found_with_all_that_it_takes_to_go_on_P1() {
        OperationId id = newId();

        Lease lease = started(id, step("create ride", Kind.LOCAL, "ride 1"));

        Progressing found = find(id);
        assertThat(found.record().id()).isEqualTo(id);
        assertThat(found.record().token()).isEqualTo(lease.token());
        assertThat(found.record().state()).isInstanceOf(Running.class);
        assertThat(found.type()).isEqualTo(type);
        assertThat(found.input()).isEqualTo(bytes("to the airport"));
        assertThat(found.lastError()).isEmpty();
        assertThat(results(id)).containsExactly("create ride=ride 1");
        assertThat(store.records().look(id))
                .isInstanceOfSatisfying(
                        Claimed.Existing.class,
                        existing -> assertThat(existing.record()).isEqualTo(found.record()));
    }

    @Test
    void what_is_rolled_back_was_never_started() {
        OperationId id = newId();
        try (Transaction<T> transaction = transactions.begin()) {
            store.records().claim(transaction.handle(), id);
            store.start(transaction.handle(), opening(id), List.of(step("a", Kind.LOCAL, "1")));
        }

        assertThat(store.find(id)).isEmpty();
        assertThat(store.records().look(id)).isInstanceOf(Claimed.Free.class);
    }

    @Test
    void steps_are_kept_in_the_order_in_which_they_were_finished() {
        OperationId id = newId();
        Lease lease = started(id);

        write(lease, new Next.GoOn(), step("c", Kind.LOCAL, "1"), step("a", Kind.REMOTE, "2"));
        write(lease, new Next.GoOn(), step("b", Kind.LOCAL, "3"));

        assertThat(results(id)).containsExactly("c=1", "a=2", "b=3");
        assertThat(find(id).steps())
                .extracting(recorded -> recorded.step().kind())
                .containsExactly(Kind.LOCAL, Kind.REMOTE, Kind.LOCAL);
    }

    /** Some databases count in milliseconds. */
    @Test
    void steps_that_are_finished_at_the_same_moment_are_kept_in_their_order_too() {
        OperationId id = newId();
        Lease lease = started(id);
        List<String> names = IntStream.range(0, 20)
                .mapToObj(number -> "step " + (char) ('z' - number))
                .toList();

        names.forEach(name -> write(lease, new Next.GoOn(), step(name, Kind.LOCAL, "1")));

        assertThat(find(id).steps())
                .extracting(recorded -> recorded.step().name())
                .containsExactlyElementsOf(names);
    }

    @Test
    void names_of_steps_are_compared_to_the_letter() {
        OperationId id = newId();

        started(id, step("ship", Kind.LOCAL, "1"), step("Ship", Kind.LOCAL, "2"), step("shíp", Kind.LOCAL, "3"));

        assertThat(results(id)).containsExactlyInAnyOrder("ship=1", "Ship=2", "shíp=3");
    }

    @Test
    void an_empty_result_and_any_bytes_are_kept() {
        OperationId id = newId();
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }

        started(id, new Step("empty", Kind.LOCAL, Body.EMPTY), new Step("full", Kind.LOCAL, Body.of(all)));

        assertThat(find(id).steps().get(0).step().result()).isEqualTo(Body.EMPTY);
        assertThat(find(id).steps().get(1).step().result()).isEqualTo(Body.of(all));
    }

    @Test
    void a_step_that_is_there_is_not_written_again_and_the_transaction_is_worth_making_again() {
        OperationId id = newId();
        Lease lease = started(id, step("a", Kind.LOCAL, "1"));

        assertThatThrownBy(() -> write(lease, new Next.GoOn(), step("a", Kind.LOCAL, "2")))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(store.records().diagnose(failure)).isEqualTo(Failure.RETRY));
        assertThat(results(id)).containsExactly("a=1");
    }

    @Test
    void a_call_that_is_made_once_is_recorded_before_and_after_P6() {
        OperationId id = newId();
        Lease lease = started(id);

        write(lease, new Next.GoOn(), new Step("fax", Kind.ONCE, null));
        assertThat(results(id)).containsExactly("fax=?");
        write(lease, new Next.GoOn(), step("fax", Kind.ONCE, "sent"));

        assertThat(results(id)).containsExactly("fax=sent");
    }

    @Test
    void a_finished_operation_is_a_record_like_any_other_S7() {
        OperationId id = newId();
        Lease lease = started(id);

        assertThat(write(lease, new Next.Complete(StoreFixture.RESPONSE, RETENTION), step("a", Kind.LOCAL, "1")))
                .isEqualTo(LeaseStatus.HELD);

        assertThat(state(id))
                .isInstanceOfSatisfying(
                        Completed.class,
                        completed -> assertThat(completed.response()).isEqualTo(StoreFixture.RESPONSE));
        assertThat(store.records().look(id)).isInstanceOf(Claimed.Existing.class);
        assertThat(takeOver(1)).isEmpty();
    }

    @Test
    void started_and_finished_in_one_transaction_is_finished_P5() {
        OperationId id = newId();
        Response response = StoreFixture.RESPONSE;
        try (Transaction<T> transaction = transactions.begin()) {
            store.records().claim(transaction.handle(), id);
            Lease lease = store.start(transaction.handle(), opening(id), List.of(step("a", Kind.LOCAL, "1")));
            store.write(transaction.handle(), lease, new Progress(List.of(), new Next.Complete(response, RETENTION)));
            transaction.commit();
        }

        assertThat(state(id)).isInstanceOf(Completed.class);
    }

    @Test
    void with_the_record_its_steps_are_deleted_S23() throws Exception {
        OperationId id = newId();
        Lease lease = started(id, step("a", Kind.LOCAL, "1"));
        write(lease, new Next.Complete(StoreFixture.RESPONSE, RETENTION));
        elapse(RETENTION.plusSeconds(1));

        assertThat(store.find(id)).isEmpty();
        assertThat(store.records().purgeExpired(100)).isPositive();

        Lease again = started(id, step("a", Kind.LOCAL, "another"));
        assertThat(again.token()).isGreaterThan(lease.token());
        assertThat(results(id)).containsExactly("a=another");
    }

    @Test
    void an_operation_whose_retention_is_over_is_new_also_before_it_is_deleted_S23() throws Exception {
        OperationId id = newId();
        write(started(id, step("a", Kind.LOCAL, "1")), new Next.Complete(StoreFixture.RESPONSE, RETENTION));
        elapse(RETENTION.plusSeconds(1));

        started(id, step("a", Kind.LOCAL, "another"));

        assertThat(results(id)).containsExactly("a=another");
    }

    @Test
    void a_lease_is_renewed_by_every_write() throws Exception {
        OperationId id = newId();
        Lease lease = started(id);
        elapse(LEASE.dividedBy(2).plusSeconds(1));
        write(lease, new Next.GoOn());
        elapse(LEASE.dividedBy(2).plusSeconds(1));

        assertThat(takeOver(10)).isEmpty();
    }

    @Test
    void attempts_are_counted_until_a_step_is_finished_P7() throws Exception {
        OperationId id = newId();
        started(id);
        assertThat(find(id).idleAttempts()).isEqualTo(1);
        leaseRunsOut();
        Lease second = takenOver();
        assertThat(find(id).idleAttempts()).isEqualTo(2);
        write(second, new Next.Wait(Duration.ZERO, "failed"));
        assertThat(find(id).idleAttempts()).isEqualTo(2);

        Lease third = takenOver();
        assertThat(find(id).idleAttempts()).isEqualTo(3);
        write(third, new Next.GoOn(), step("a", Kind.LOCAL, "1"));

        assertThat(find(id).idleAttempts()).isZero();
    }

    @Test
    void runs_that_fail_in_a_step_are_counted_until_one_fails_in_another() {
        OperationId id = newId();
        Lease first = started(id, step("a", Kind.LOCAL, "1"));
        assertThat(find(id).failing()).isNull();

        write(first, new Next.Wait(Duration.ZERO, "402", "b"));
        assertThat(find(id).failing()).isEqualTo(new Failing("b", 1));
        write(takenOver(), new Next.Wait(Duration.ZERO, "402", "b"), step("c", Kind.LOCAL, "1"));
        assertThat(find(id).failing()).isEqualTo(new Failing("b", 2));
        write(takenOver(), new Next.Wait(Duration.ZERO, "its node was shut down"));
        assertThat(find(id).failing()).isEqualTo(new Failing("b", 2));
        write(takenOver(), new Next.Wait(Duration.ZERO, "503", "d"));
        assertThat(find(id).failing()).isEqualTo(new Failing("d", 1));
        write(takenOver(), new Next.Park("503 too often", "d"));

        assertThat(find(id).failing()).isEqualTo(new Failing("d", 2));
        assertThat(find(id).lastError()).isEqualTo("503 too often");
    }

    @Test
    void a_step_is_kept_with_the_number_of_runs_in_which_it_was_tried() {
        OperationId id = newId();
        Lease lease = started(id, new Step("a", Kind.LOCAL, bytes("1"), 2));
        write(lease, new Next.GoOn(), new Step("b", Kind.REMOTE, bytes("2"), 3), new Step("fax", Kind.ONCE, null));
        write(lease, new Next.GoOn(), new Step("fax", Kind.ONCE, bytes("3"), 4));

        assertThat(find(id).steps())
                .extracting(recorded -> recorded.step().runs())
                .containsExactly(2, 3, 4);
    }

    @Test
    void a_parked_operation_is_left_alone_until_an_operator_lets_it_go_on_P7() throws Exception {
        OperationId id = newId();
        Lease lease = started(id);
        write(lease, new Next.Park("the code does not fit"));
        leaseRunsOut();

        assertThat(state(id))
                .isInstanceOfSatisfying(
                        Unknown.class, unknown -> assertThat(unknown.reason()).isEqualTo("the code does not fit"));
        assertThat(takeOver(10)).isEmpty();
        assertThat(store.resume(id)).isTrue();

        assertThat(find(id).idleAttempts()).isZero();
        assertThat(takenOver().token()).isGreaterThan(lease.token());
        assertThat(store.resume(newId())).isFalse();
    }

    @Test
    void an_answer_wakes_who_waits_for_it_and_the_first_counts() throws Exception {
        OperationId id = newId();
        assertThat(store.answer(id, "approval", bytes("yes"))).isEqualTo(Answered.NOT_RUNNING);
        Lease lease = started(id, step("a", Kind.LOCAL, "1"));
        write(lease, new Next.AwaitAnswer("approval"), new Step("approval", Kind.AWAIT, null));
        assertThat(find(id).notBefore()).isEqualTo(Instant.MAX);
        elapse(Duration.ofDays(30));
        assertThat(takeOver(10)).isEmpty();

        assertThat(store.answer(id, "approval", bytes("yes"))).isEqualTo(Answered.ACCEPTED);
        assertThat(store.answer(id, "approval", bytes("yes"))).isEqualTo(Answered.ACCEPTED);
        assertThat(store.answer(id, "approval", bytes("no"))).isEqualTo(Answered.REFUSED);
        assertThat(store.answer(id, "a", bytes("no"))).isEqualTo(Answered.REFUSED);

        assertThat(takenOver().id()).isEqualTo(id);
        assertThat(results(id)).containsExactly("a=1", "approval=yes");
    }

    @Test
    void an_answer_that_was_faster_is_not_overlooked() {
        OperationId id = newId();
        Lease lease = started(id);
        store.answer(id, "approval", bytes("yes"));

        assertThatThrownBy(() -> write(lease, new Next.AwaitAnswer("approval"), new Step("approval", Kind.AWAIT, null)))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(store.records().diagnose(failure)).isEqualTo(Failure.RETRY));
        assertThat(results(id)).containsExactly("approval=yes");
    }

    @Test
    void an_answer_that_came_while_the_owner_was_at_work_is_not_overlooked() throws Exception {
        OperationId id = newId();
        Lease former = started(id);
        write(former, new Next.AwaitAnswer("approval"), new Step("approval", Kind.AWAIT, null));
        assertThat(store.resume(id)).isTrue();
        Lease lease = takenOver();
        assertThat(store.answer(id, "approval", bytes("yes"))).isEqualTo(Answered.ACCEPTED);

        assertThat(write(lease, new Next.AwaitAnswer("approval"))).isEqualTo(LeaseStatus.HELD);

        assertThat(takenOver().id()).isEqualTo(id);
        assertThat(results(id)).containsExactly("approval=yes");
    }

    @Test
    void errors_of_any_length_are_kept_as_far_as_there_is_room() {
        OperationId id = newId();
        char[] many = new char[5_000];
        Arrays.fill(many, 'é');

        write(started(id), new Next.Wait(Duration.ZERO, "zero \0 and " + new String(many)));

        assertThat(find(id).lastError()).startsWith("zero").contains("éé");
    }
}
