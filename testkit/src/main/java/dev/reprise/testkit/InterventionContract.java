package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationType;
import dev.reprise.spi.Interventions.Action;
import dev.reprise.spi.Interventions.AuditEntry;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.Interventions.Intervention;
import dev.reprise.spi.Interventions.Listed;
import dev.reprise.spi.Interventions.Standing;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.ResumableStore.Step;
import dev.reprise.spi.TransactionalStore.Claimed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What operators do (P12).
 *
 * @param <T> the handle of a transaction
 */
abstract class InterventionContract<T> extends TakeOverContract<T> {
    private static final Step CREATED = step("create ride", Kind.LOCAL, "ride 1");
    private static final Step CHARGED = step("charge card", Kind.REMOTE, "charge 1");
    private static final Set<OperationState.Kind> EVERY = EnumSet.allOf(OperationState.Kind.class);
    private static final Step SLEPT = new Step("overnight", Kind.SLEEP, Body.EMPTY);

    /** For subclasses. */
    InterventionContract() {}

    private Intervened intervene(Action action) {
        return store.interventions().intervene(new Intervention(action, "ann", "ticket 7"));
    }

    private FencingToken token(OperationId id) {
        return find(id).record().token();
    }

    private Intervened retry(OperationId id, String from, boolean repeat) {
        return intervene(new Action.Retry(id, token(id), from, repeat));
    }

    private List<AuditEntry> auditOf(OperationId id) {
        return store.interventions().audit(Long.MAX_VALUE, 1_000).stream()
                .filter(entry -> id.equals(entry.id()))
                .toList();
    }

    private OperationId parked(Step... steps) {
        OperationId id = newId();
        write(started(id, steps), new Next.Park("no idea"));
        return id;
    }

    @Test
    void a_retry_forgets_the_step_and_all_after_it_and_goes_on_at_once_P12() {
        OperationId id = newId();
        Lease lease = started(id, CREATED);
        write(lease, new Next.GoOn(), CHARGED);
        write(lease, new Next.Park("no idea"), step("notify", Kind.REMOTE, "sent"));

        assertThat(retry(id, "charge card", true)).isInstanceOf(Intervened.Done.class);

        assertThat(results(id)).containsExactly("create ride=ride 1");
        assertThat(find(id).idleAttempts()).isZero();
        Lease next = takenOver();
        assertThat(next.id()).isEqualTo(id);
        assertThat(write(next, new Next.GoOn(), CHARGED)).isEqualTo(LeaseStatus.HELD);
    }

    @Test
    void a_retry_fences_off_an_owner_that_is_alive_S27() {
        OperationId id = newId();
        Lease lease = started(id, SLEPT);

        assertThat(retry(id, "overnight", false)).isInstanceOf(Intervened.Done.class);

        assertThat(token(id)).isGreaterThan(lease.token());
        assertThat(write(lease, new Next.GoOn(), CHARGED)).isEqualTo(LeaseStatus.LOST);
        assertThat(write(lease, new Next.Complete(StoreFixture.RESPONSE, RETENTION)))
                .isEqualTo(LeaseStatus.LOST);
        assertThat(results(id)).isEmpty();
    }

    @Test
    void a_retry_that_would_do_something_again_has_to_say_so_P12() {
        Step begun = new Step("fax", Kind.ONCE, null);
        Step answered = step("approval", Kind.AWAIT, "yes");
        OperationId id = parked(CREATED, CHARGED, SLEPT, begun, answered);

        assertThat(retry(id, "create ride", false))
                .isEqualTo(new Intervened.WouldRepeat(List.of(CREATED, CHARGED, begun, answered)));
        assertThat(retry(id, "overnight", false)).isEqualTo(new Intervened.WouldRepeat(List.of(begun, answered)));

        assertThat(results(id)).hasSize(5);
        assertThat(auditOf(id)).isEmpty();
        assertThat(retry(id, "overnight", true)).isInstanceOf(Intervened.Done.class);
        assertThat(results(id)).hasSize(2);
    }

    @Test
    void a_retry_from_a_step_that_is_not_there_changes_nothing() {
        OperationId id = parked(CREATED);

        assertThat(retry(id, "Create ride", true)).isEqualTo(new Intervened.NoSuchStep(List.of(CREATED)));
        assertThat(results(id)).hasSize(1);
    }

    @Test
    void an_operation_is_only_changed_as_it_was_seen_S27() throws Exception {
        OperationId id = newId();
        Lease lease = started(id, SLEPT);
        leaseRunsOut();
        takenOver();

        assertThat(intervene(new Action.Retry(id, lease.token(), "overnight", true)))
                .isInstanceOf(Intervened.Changed.class);
        assertThat(intervene(new Action.Resume(newId(), lease.token()))).isInstanceOf(Intervened.Changed.class);
    }

    @Test
    void what_somebody_works_on_is_left_to_its_owner_but_for_a_retry() throws Exception {
        OperationId id = newId();
        Lease lease = started(id);

        assertThat(intervene(new Action.Resume(id, lease.token()))).isInstanceOf(Intervened.Running.class);
        assertThat(intervene(new Action.Release(id, lease.token(), true))).isInstanceOf(Intervened.Running.class);
        assertThat(intervene(new Action.Resolve(id, lease.token(), StoreFixture.RESPONSE, RETENTION)))
                .isInstanceOf(Intervened.Running.class);

        leaseRunsOut();
        assertThat(intervene(new Action.Release(id, lease.token(), false))).isInstanceOf(Intervened.Done.class);
    }

    @Test
    void a_parked_or_waiting_operation_is_resumed() {
        OperationId parked = parked(CREATED);
        OperationId waiting = newId();
        write(started(waiting), new Next.Wait(Duration.ofDays(1), "no route"));

        assertThat(intervene(new Action.Resume(parked, token(parked)))).isInstanceOf(Intervened.Done.class);
        assertThat(takenOver().id()).isEqualTo(parked);
        assertThat(intervene(new Action.Resume(waiting, token(waiting)))).isInstanceOf(Intervened.Done.class);
        assertThat(takenOver().id()).isEqualTo(waiting);
    }

    @Test
    void a_released_operation_is_new_if_nothing_happened_or_may_happen_again() {
        OperationId waiting = newId();
        Lease lease = started(waiting);
        write(lease, new Next.AwaitAnswer("approval"), new Step("approval", Kind.AWAIT, null));
        OperationId charged = parked(CHARGED);

        assertThat(intervene(new Action.Release(waiting, token(waiting), false)))
                .isInstanceOf(Intervened.Done.class);
        assertThat(intervene(new Action.Release(charged, token(charged), false)))
                .isEqualTo(new Intervened.WouldRepeat(List.of(CHARGED)));
        assertThat(intervene(new Action.Release(charged, token(charged), true))).isInstanceOf(Intervened.Done.class);

        assertThat(store.records().look(waiting)).isInstanceOf(Claimed.Free.class);
        assertThat(store.records().look(charged)).isInstanceOf(Claimed.Free.class);
        assertThat(write(lease, new Next.GoOn())).isEqualTo(LeaseStatus.LOST);
        started(charged);
        assertThat(results(charged)).isEmpty();
    }

    @Test
    void a_resolved_operation_is_a_record_that_nobody_changes_S7() {
        OperationId id = parked(CHARGED);
        FencingToken before = token(id);

        assertThat(intervene(new Action.Resolve(id, before, StoreFixture.RESPONSE, RETENTION)))
                .isInstanceOf(Intervened.Done.class);

        assertThat(state(id))
                .isInstanceOfSatisfying(
                        Completed.class,
                        completed -> assertThat(completed.response()).isEqualTo(StoreFixture.RESPONSE));
        assertThat(token(id)).isGreaterThan(before);
        assertThat(results(id)).containsExactly("charge card=charge 1");
        assertThat(retry(id, "charge card", true)).isInstanceOf(Intervened.Finished.class);
        assertThat(intervene(new Action.Release(id, token(id), true))).isInstanceOf(Intervened.Finished.class);
        assertThat(takeOver(10)).isEmpty();
    }

    @Test
    void what_was_done_is_in_the_audit_with_who_when_why_and_how_it_was_P12() {
        OperationId id = parked(CREATED, CHARGED);
        Instant start = find(id).record().createdAt();

        retry(id, "charge card", true);
        intervene(new Action.Release(id, token(id), true));

        assertThat(auditOf(id)).extracting(AuditEntry::action).containsExactly("release", "retry from charge card");
        AuditEntry retry = auditOf(id).getLast();
        assertThat(retry.by()).isEqualTo("ann");
        assertThat(retry.reason()).isEqualTo("ticket 7");
        assertThat(retry.at()).isAfterOrEqualTo(start);
        assertThat(retry.before()).contains(type.toString(), "unknown (no idea)", "create ride, charge card");
        assertThat(store.interventions().audit(retry.number(), 1_000)).doesNotContain(retry);
        assertThat(store.interventions().audit(Long.MAX_VALUE, 1)).hasSize(1);
    }

    @Test
    void a_type_is_paused_and_unpaused_with_an_entry_in_the_audit_P7() throws Exception {
        started(newId());
        leaseRunsOut();

        assertThat(intervene(new Action.Pause(type.name()))).isInstanceOf(Intervened.Done.class);
        assertThat(store.paused()).contains(type.name());
        assertThat(takeOver(10)).isEmpty();
        assertThat(intervene(new Action.Unpause(type.name()))).isInstanceOf(Intervened.Done.class);

        takenOver();
        assertThat(store.interventions().audit(Long.MAX_VALUE, 2))
                .extracting(AuditEntry::action, AuditEntry::before)
                .containsExactly(
                        tuple("unpause " + type.name(), "paused"), tuple("pause " + type.name(), "not paused"));
    }

    @Test
    void where_operations_stand_is_told_for_those_with_steps() {
        OperationId waiting = newId();
        write(started(waiting), new Next.AwaitAnswer("approval"), new Step("approval", Kind.AWAIT, null));
        OperationId parked = parked(CREATED);

        assertThat(store.interventions().standing(List.of(waiting, parked, newId())))
                .containsOnlyKeys(waiting, parked)
                .containsEntry(waiting, new Standing(type, 1, Instant.MAX, ""))
                .hasEntrySatisfying(
                        parked, standing -> assertThat(standing.lastError()).isEqualTo("no idea"));
        assertThat(store.interventions().standing(List.of())).isEmpty();
        assertThat(state(waiting)).isInstanceOf(Running.class);
    }

    private List<OperationId> listed(Set<OperationState.Kind> kinds, @Nullable IdempotencyKey key, int limit) {
        return ids(page(new OperationQuery(kinds, key, null, limit)));
    }

    private OperationQuery.Page<Listed> page(OperationQuery query) {
        return store.interventions().list(type.name(), query);
    }

    private static List<OperationId> ids(OperationQuery.Page<Listed> page) {
        return page.items().stream().map(listed -> listed.record().id()).toList();
    }

    @Test
    void a_listing_has_the_operations_of_one_type_in_any_version_and_where_they_stand() {
        OperationId parked = parked(CREATED);
        OperationId waiting = newId();
        write(started(waiting), new Next.AwaitAnswer("approval"), new Step("approval", Kind.AWAIT, null));
        OperationId completed = newId();
        write(started(completed), new Next.Complete(StoreFixture.RESPONSE, RETENTION));
        OperationId newer = newId();
        started(newer, new OperationType(type.name(), 2));
        started(newId(), new OperationType(type.name() + "-other", 1));

        List<Listed> all = store.interventions()
                .list(type.name(), OperationQuery.of(EVERY, 100))
                .items();

        assertThat(all)
                .extracting(listed -> listed.record().id())
                .containsExactlyInAnyOrder(parked, waiting, completed, newer);
        assertThat(all).allSatisfy(listed -> {
            OperationId id = listed.record().id();
            assertThat(listed.record()).isEqualTo(find(id).record().asListed());
            assertThat(store.interventions().standing(List.of(id))).containsExactly(entry(id, listed.standing()));
        });
    }

    @Test
    void a_listing_of_a_type_by_state_and_by_key_leaves_out_all_others() {
        OperationId parked = parked(CREATED);
        OperationId completed = newId();
        write(started(completed), new Next.Complete(StoreFixture.RESPONSE, RETENTION));
        OperationId running = newId();
        started(running);

        assertThat(listed(Set.of(OperationState.Kind.UNKNOWN), null, 100)).containsExactly(parked);
        assertThat(listed(Set.of(OperationState.Kind.COMPLETED), null, 100)).containsExactly(completed);
        assertThat(listed(Set.of(OperationState.Kind.UNKNOWN, OperationState.Kind.RUNNING), null, 100))
                .containsExactlyInAnyOrder(parked, running);
        assertThat(listed(EVERY, running.key(), 100)).containsExactly(running);
        assertThat(listed(Set.of(OperationState.Kind.COMPLETED), running.key(), 100))
                .isEmpty();
    }

    @Test
    void a_listing_of_a_type_goes_on_where_it_was_left_whatever_the_states() {
        Set<OperationId> all = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            all.add(parked(CREATED));
            OperationId completed = newId();
            write(started(completed), new Next.Complete(StoreFixture.RESPONSE, RETENTION));
            OperationId running = newId();
            started(running);
            all.addAll(List.of(completed, running));
        }

        List<OperationId> paged = new ArrayList<>();
        OperationQuery query = OperationQuery.of(EVERY, 2);
        OperationQuery.Page<Listed> page;
        do {
            page = page(query);
            paged.addAll(ids(page));
            query = query.from(page.next());
        } while (page.next() != null);

        assertThat(paged).hasSize(9).containsExactlyInAnyOrderElementsOf(all);
        assertThat(paged).isEqualTo(listed(EVERY, null, 100));
    }

    @Test
    void a_listing_of_a_type_leaves_out_what_has_expired_S23() throws Exception {
        OperationId id = newId();
        write(started(id), new Next.Complete(StoreFixture.RESPONSE, Duration.ofMillis(1)));

        elapse(Duration.ofMillis(2));

        assertThat(listed(EVERY, null, 100)).isEmpty();
    }

    @Test
    void nobody_intervenes_without_a_name_and_a_reason() {
        assertThatThrownBy(() -> new Intervention(new Action.Pause("a"), " ", "why"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Intervention(new Action.Pause("a"), "ann", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1000");
    }
}
