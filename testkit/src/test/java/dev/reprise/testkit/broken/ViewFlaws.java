package dev.reprise.testkit.broken;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.spi.OperationQuery;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Stores that show operators too much or too little, or tell waiters too late. */
final class ViewFlaws {
    private static final String WOKEN = "wakes_all_waiters_at_once_when_the_operation_ends_in_whatever_way";

    private ViewFlaws() {}

    static List<Flaw> all() {
        return List.of(
                listing(
                        "lists no more than 100 records",
                        "shows_more_than_fits_on_any_page",
                        (store, query) -> new OperationQuery.Page<>(
                                store.right(new OperationQuery(
                                                query.kinds(), query.key(), query.from(), Math.min(100, query.limit())))
                                        .items(),
                                null)),
                listing(
                        "forgets where a listing of a key goes on",
                        "of_a_key_can_be_continued_where_it_stopped",
                        (store, query) -> store.right(query.key() == null ? query : query.from(null))),
                listing(
                        "forgets the states when a key is given",
                        "of_a_key_shows_the_states_that_are_asked_for",
                        (store, query) -> store.right(
                                query.key() == null
                                        ? query
                                        : new OperationQuery(
                                                EnumSet.allOf(OperationState.Kind.class),
                                                query.key(),
                                                query.from(),
                                                query.limit()))),
                listing(
                        "takes a key for the beginning of one",
                        "finds_a_key_in_all_its_scopes",
                        (store, query) -> query.key() == null
                                ? store.right(query)
                                : new OperationQuery.Page<>(
                                        store.records.values().stream()
                                                .filter(record -> record.id()
                                                        .key()
                                                        .value()
                                                        .startsWith(query.key().value()))
                                                .map(OperationRecord::asListed)
                                                .toList(),
                                        null)),
                listing("lists answers", "has_of_an_answer_the_status_alone", (store, query) -> {
                    OperationQuery.Page<OperationRecord> page = store.right(query);
                    return new OperationQuery.Page<>(
                            page.items().stream()
                                    .map(record -> store.find(record.id()).orElse(record))
                                    .toList(),
                            page.next());
                }),
                listing(
                        "lists more than is asked for",
                        "can_be_continued_where_it_stopped",
                        (store, query) -> store.right(
                                new OperationQuery(query.kinds(), query.key(), query.from(), query.limit() + 1))),
                listing(
                        "begins again where it does not know the place",
                        "that_goes_on_at_a_place_which_is_none_is_refused",
                        (store, query) -> {
                            try {
                                return store.right(query);
                            } catch (IllegalArgumentException e) {
                                return store.right(query.from(null));
                            }
                        }),
                listing(
                        "lists what has expired",
                        "leaves_expired_records_out",
                        (store, query) -> query.key() != null || !query.kinds().contains(OperationState.Kind.COMPLETED)
                                ? store.right(query)
                                : new OperationQuery.Page<>(
                                        store.records.values().stream()
                                                .map(OperationRecord::asListed)
                                                .limit(query.limit())
                                                .toList(),
                                        null)),
                awaiting("tells nobody", WOKEN, (store, id, token, atMost) -> {
                    if (store.runs(id, token)) {
                        TimeUnit.NANOSECONDS.sleep(atMost.toNanos());
                    }
                }),
                awaiting("looks again now and then, and says that it tells", WOKEN, (store, id, token, atMost) -> {
                    long end = System.nanoTime() + atMost.toNanos();
                    while (store.runs(id, token) && System.nanoTime() - end < 0) {
                        Thread.sleep(1_000);
                    }
                }),
                awaiting(
                        "waits for any owner",
                        "returns_at_once_when_the_operation_runs_under_another_token",
                        (store, id, token, atMost) -> store.signals.await(id, () -> store.isRunning(id), atMost)),
                awaiting(
                        "waits for what is not there",
                        "returns_at_once_when_the_operation_does_not_run",
                        (store, id, token, atMost) -> store.signals.await(id, () -> !store.closed, atMost)),
                awaiting(
                        "waits as long as it takes",
                        "gives_up_when_the_time_is_over",
                        (store, id, token, atMost) ->
                                store.signals.await(id, () -> store.runs(id, token), Duration.ofDays(1))),
                awaiting(
                        "cannot be interrupted",
                        "gives_up_when_the_waiter_is_interrupted",
                        (store, id, token, atMost) -> {
                            long end = System.nanoTime() + Math.min(atMost.toNanos(), TimeUnit.SECONDS.toNanos(2));
                            while (store.runs(id, token) && System.nanoTime() - end < 0) {
                                LockSupport.parkNanos(1_000_000);
                            }
                        }),
                untold(
                        "tells nobody of a take-over",
                        "wakes_waiters_when_somebody_takes_the_operation_over_or_parks_it",
                        FlawedStore.Change.ACQUIRE),
                untold(
                        "tells nobody that an abandoned operation is parked",
                        "wakes_waiters_when_somebody_takes_the_operation_over_or_parks_it",
                        FlawedStore.Change.PARK_ABANDONED),
                untold("tells nobody of a release", WOKEN, FlawedStore.Change.RELEASE),
                untold("tells nobody of a parking", WOKEN, FlawedStore.Change.PARK));
    }

    /** A store with its right listing at hand. */
    private abstract static class Lister extends FlawedStore {
        Lister(java.time.InstantSource clock) {
            super(clock);
        }

        final OperationQuery.Page<OperationRecord> right(OperationQuery query) {
            return super.list(query);
        }
    }

    @FunctionalInterface
    private interface Listing {
        OperationQuery.Page<OperationRecord> of(Lister store, OperationQuery query);
    }

    private static Flaw listing(String what, String caughtBy, Listing listing) {
        return new Flaw(what, caughtBy, clock -> new Lister(clock) {
            @Override
            public OperationQuery.Page<OperationRecord> list(OperationQuery query) {
                return listing.of(this, query);
            }
        });
    }

    @FunctionalInterface
    private interface Awaiting {
        void await(FlawedStore store, OperationId id, FencingToken token, Duration atMost) throws InterruptedException;
    }

    private static Flaw awaiting(String what, String caughtBy, Awaiting awaiting) {
        return new Flaw(what, caughtBy, clock -> new FlawedStore(clock) {
            @Override
            public void awaitChange(OperationId id, FencingToken token, Duration atMost) throws InterruptedException {
                awaiting.await(this, id, token, atMost);
            }
        });
    }

    private static Flaw untold(String what, String caughtBy, FlawedStore.Change untold) {
        return new Flaw(what, caughtBy, clock -> new FlawedStore(clock) {
            @Override
            boolean isTold(Change change) {
                return change != untold;
            }
        });
    }
}
