package dev.reprise.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Unknown;
import dev.reprise.spi.StoreException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@link StoreUser} was told is durable: the last word on each key. */
final class Acknowledged {
    private static final Set<String> WORDS = Set.of("claimed", "completed", "parked", "released");

    private final Map<String, String> lastByKey = new HashMap<>();

    void add(List<String> output) {
        for (String line : output) {
            String[] words = line.split(" ", -1);
            if (words.length == 2 && WORDS.contains(words[0])) {
                lastByKey.put(words[1], words[0]);
            }
        }
    }

    int size() {
        return lastByKey.size();
    }

    /** Checks that all of it is there (S19). */
    void verify(RocksDbStore store) {
        lastByKey.forEach((key, last) -> verify(store, key, last));
    }

    /** Checks that all of it is there, or that calls for it fail because it cannot be read (S22). */
    void verifyOrRefused(RocksDbStore store) {
        lastByKey.forEach((key, last) -> {
            try {
                verify(store, key, last);
            } catch (StoreException unreadable) {
                assertThatThrownBy(() -> store.acquire(Examples.claim(key))).isInstanceOf(StoreException.class);
            }
        });
    }

    private static void verify(RocksDbStore store, String key, String last) {
        OperationState state =
                store.find(Examples.id(key)).map(record -> record.state()).orElse(null);
        switch (last) {
            case "completed" ->
                assertThat(state)
                        .as(key)
                        .isInstanceOfSatisfying(
                                Completed.class,
                                completed -> assertThat(completed.response()).isEqualTo(StoreUser.response(key)));
            case "parked" ->
                assertThat(state)
                        .as(key)
                        .isInstanceOfSatisfying(
                                Unknown.class,
                                unknown -> assertThat(unknown.reason()).isEqualTo(key));
            case "released" -> assertThat(state).as(key).isNull();
            case "claimed" -> {
                // What came next may have been written and not yet told; releasing makes the key new.
                if (Math.floorMod(key.hashCode(), 8) != 1) {
                    assertThat(state).as(key).isNotNull();
                }
            }
            default -> throw new AssertionError(last);
        }
    }
}
