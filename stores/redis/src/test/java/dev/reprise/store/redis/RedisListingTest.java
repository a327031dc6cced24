package dev.reprise.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Kind;
import dev.reprise.Scope;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.OperationQuery;
import dev.reprise.testkit.RedisCluster;
import dev.reprise.testkit.RedisServer;
import dev.reprise.testkit.SharedServers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Listings of many records, in pieces. */
@ExtendWith(SharedServers.class)
class RedisListingTest {
    private static final Set<Kind> ALL = EnumSet.allOf(Kind.class);
    private static final int OPERATIONS = 90;

    @Test
    void pages_show_each_record_once_on_one_server(RedisServer server) {
        try (RedisStore store = Sample.store(server).open()) {
            assertThatPagesShowAll(store);
        }
    }

    @Test
    void pages_show_each_record_once_in_a_cluster(RedisCluster cluster) {
        try (RedisStore store = RedisStore.onCluster(Sample.at(cluster.primary(2)))
                .prefix("listing-" + UUID.randomUUID())
                .open()) {
            assertThatPagesShowAll(store);
        }
    }

    private static void assertThatPagesShowAll(RedisStore store) {
        for (int i = 0; i < OPERATIONS; i++) {
            Lease lease = Sample.acquired(store.acquire(Sample.claim("listed-" + i)));
            switch (i % 3) {
                case 0 -> store.complete(lease, Sample.RESPONSE, Sample.HOUR);
                case 1 -> store.park(lease, "test");
                default -> {}
            }
        }
        for (int limit : new int[] {1, 7, 1000}) {
            List<OperationRecord> seen = all(store, OperationQuery.of(ALL, limit));
            assertThat(seen).extracting(OperationRecord::id).doesNotHaveDuplicates();
            assertThat(seen)
                    .hasSize(OPERATIONS)
                    .allSatisfy(record -> assertThat(record)
                            .isEqualTo(store.find(record.id()).orElseThrow().asListed()));
        }
        for (Kind kind : Kind.values()) {
            assertThat(all(store, OperationQuery.of(EnumSet.of(kind), 50)))
                    .hasSize(OPERATIONS / 3)
                    .allMatch(record -> record.state().kind() == kind);
        }
        for (String key : List.of("listed-0", "listed-1", "listed-2")) {
            assertThat(all(store, new OperationQuery(ALL, new IdempotencyKey(key), null, 2)))
                    .extracting(OperationRecord::id)
                    .containsExactly(Sample.id(key));
        }
        assertThat(all(store, new OperationQuery(ALL, new IdempotencyKey("none"), null, 2)))
                .isEmpty();
    }

    private static List<OperationRecord> all(RedisStore store, OperationQuery query) {
        List<OperationRecord> seen = new ArrayList<>();
        OperationQuery.Page<OperationRecord> page = store.list(query);
        while (true) {
            assertThat(page.items()).hasSizeLessThanOrEqualTo(query.limit());
            seen.addAll(page.items());
            if (page.next() == null) {
                return seen;
            }
            page = store.list(query.from(page.next()));
        }
    }

    @Test
    void many_open_operations_in_one_bucket_are_all_shown(RedisServer server) {
        try (RedisStore store = Sample.store(server).open()) {
            String key = "crowded";
            Set<OperationId> ids = IntStream.range(0, 40)
                    .mapToObj(i -> new OperationId(new Scope("tenant-" + i, "/v1/charges"), new IdempotencyKey(key)))
                    .collect(Collectors.toSet());
            Claim one = Sample.claim("other");
            store.acquire(one);
            ids.forEach(id -> store.acquire(new Claim(id, one.fingerprint(), one.owner(), one.lease())));

            assertThat(all(store, new OperationQuery(ALL, new IdempotencyKey(key), null, 3)))
                    .extracting(OperationRecord::id)
                    .containsExactlyInAnyOrderElementsOf(ids);
        }
    }

    @Test
    void places_that_the_store_does_not_know_are_refused(RedisServer shared) {
        RedisServer.unavailable().ifPresent(Assumptions::abort);
        OperationQuery query = OperationQuery.of(ALL, 2);
        try (RedisStore store = Sample.store(shared).open()) {
            for (String place : List.of(
                    "",
                    "nonsense",
                    "%",
                    place("indexed 4097 0"),
                    place("indexed x 0"),
                    place("indexed 1"),
                    place("scanned  x 0 short"),
                    place("scanned  wrong-run 0 "),
                    place("scanned nobody run 0 "),
                    place("scanned   nan "))) {
                assertThatThrownBy(() -> store.list(query.from(place)))
                        .as(place)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("no place in a listing");
            }
        }
    }

    private static String place(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(US_ASCII));
    }
}
