package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.spi.OperationQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The part of {@link StoreContract} about listings for operators. */
abstract class ListingContract extends ErasureContract {
    static final Set<OperationState.Kind> EVERY = EnumSet.allOf(OperationState.Kind.class);

    private static final int MOST = 1_000;

    ListingContract(Duration lease) {
        super(lease);
    }

    /** Everything that a query finds, page by page. */
    private List<OperationRecord> all(OperationQuery first) {
        List<OperationRecord> found = new ArrayList<>();
        OperationQuery query = first;
        OperationQuery.Page<OperationRecord> page;
        do {
            page = store.list(query);
            assertThat(page.items()).as("a page").hasSizeLessThanOrEqualTo(first.limit());
            if (page.next() != null) {
                assertThat(page.next()).as("the next page is another one").isNotEqualTo(query.from());
            }
            found.addAll(page.items());
            query = query.from(page.next());
        } while (page.next() != null);
        return found;
    }

    private static List<OperationId> ids(List<OperationRecord> records) {
        return records.stream().map(OperationRecord::id).toList();
    }

    private List<OperationId> inState(Set<OperationState.Kind> kinds) {
        return ids(all(OperationQuery.of(kinds, MOST)));
    }

    /** The same key in as many scopes. */
    private Set<OperationId> scopesOf(IdempotencyKey key, int scopes) {
        Set<OperationId> ids = IntStream.range(0, scopes)
                .mapToObj(i -> new OperationId(new Scope("caller-" + i, "/a"), key))
                .collect(Collectors.toSet());
        ids.forEach(this::acquire);
        return ids;
    }

    private static IdempotencyKey newKey() {
        return new IdempotencyKey("listed-" + UNIQUE.incrementAndGet());
    }

    /** Listings for operators. */
    @Nested
    public class Listing {
        @Test
        void shows_the_states_that_are_asked_for() {
            OperationId running = newId();
            acquire(running);
            OperationId completed = newId();
            store.complete(acquire(completed), RESPONSE, lease.multipliedBy(1000));
            OperationId unknown = newId();
            store.park(acquire(unknown), "unknown");

            assertThat(inState(EnumSet.of(OperationState.Kind.RUNNING)))
                    .contains(running)
                    .doesNotContain(completed, unknown);
            assertThat(inState(EnumSet.of(OperationState.Kind.COMPLETED, OperationState.Kind.UNKNOWN)))
                    .contains(completed, unknown)
                    .doesNotContain(running);
        }

        @Test
        void finds_a_key_in_all_its_scopes() {
            IdempotencyKey key = newKey();
            Set<OperationId> ids = scopesOf(key, 2);
            acquire(idOf(key.value() + "0"));

            assertThat(ids(all(new OperationQuery(EVERY, key, null, 10)))).containsExactlyInAnyOrderElementsOf(ids);
        }

        @Test
        void of_a_key_shows_the_states_that_are_asked_for() {
            IdempotencyKey key = newKey();
            OperationId running = new OperationId(new Scope("alice", "/a"), key);
            acquire(running);
            OperationId unknown = new OperationId(new Scope("bob", "/a"), key);
            store.park(acquire(unknown), "unknown");

            assertThat(ids(all(new OperationQuery(EnumSet.of(OperationState.Kind.UNKNOWN), key, null, 10))))
                    .containsExactly(unknown);
        }

        @Test
        void can_be_continued_where_it_stopped() {
            Set<OperationId> written =
                    Set.copyOf(IntStream.range(0, 7).mapToObj(i -> newId()).toList());
            written.forEach(ListingContract.this::acquire);

            assertThat(ids(all(OperationQuery.of(EnumSet.of(OperationState.Kind.RUNNING), 3))))
                    .doesNotHaveDuplicates()
                    .containsAll(written);
        }

        @Test
        void of_a_key_can_be_continued_where_it_stopped() {
            IdempotencyKey key = newKey();
            Set<OperationId> ids = scopesOf(key, 5);

            assertThat(ids(all(new OperationQuery(EVERY, key, null, 2)))).containsExactlyInAnyOrderElementsOf(ids);
        }

        @Test
        void shows_more_than_fits_on_any_page() {
            Set<OperationId> written =
                    IntStream.range(0, 120).mapToObj(i -> newId()).collect(Collectors.toSet());
            written.forEach(ListingContract.this::acquire);

            assertThat(inState(EnumSet.of(OperationState.Kind.RUNNING)))
                    .doesNotHaveDuplicates()
                    .containsAll(written);
        }

        @Test
        void leaves_expired_records_out() throws Exception {
            OperationId id = newId();
            store.complete(acquire(id), RESPONSE, lease);
            elapse(lease.plusMillis(1));

            assertThat(inState(EnumSet.of(OperationState.Kind.COMPLETED))).doesNotContain(id);
        }

        @Test
        void has_of_an_answer_the_status_alone() {
            OperationId completed = newId();
            store.complete(acquire(completed), RESPONSE, lease.multipliedBy(1000));
            OperationId running = newId();
            acquire(running);
            OperationId unknown = newId();
            store.park(acquire(unknown), "unknown");

            for (OperationId id : List.of(completed, running, unknown)) {
                OperationRecord listed =
                        all(new OperationQuery(EVERY, id.key(), null, 10)).getFirst();
                OperationRecord found = store.find(id).orElseThrow();
                assertThat(listed).isEqualTo(found.asListed());
                if (found.state() instanceof Completed whole && listed.state() instanceof Completed part) {
                    assertThat(whole.response()).isEqualTo(RESPONSE);
                    assertThat(part.response()).isEqualTo(new Response(RESPONSE.status(), Headers.EMPTY, Body.OMITTED));
                }
            }
        }

        @Test
        void that_goes_on_at_a_place_which_is_none_is_refused() {
            assertThatThrownBy(() -> store.list(new OperationQuery(EVERY, null, "nowhere\u0000", 10)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
