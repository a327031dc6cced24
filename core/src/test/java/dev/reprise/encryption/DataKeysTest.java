package dev.reprise.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.encryption.DataKeys.DataKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Data keys that are made anew behind the back of callers (S35). */
class DataKeysTest {
    private static final Duration PERIOD = Duration.ofHours(1);

    private volatile Instant now = Instant.parse("2026-12-01T00:00:00Z");
    private final InstantSource clock = () -> now;
    private final KeyService service = new KeyService();

    /** A service for keys that fails when a test says so, and tells of each call. */
    private static final class KeyService implements Keyring {
        private final LocalKeyring keys = LocalKeyring.of(LocalKeyring.newLine("kms"));
        private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        private final AtomicInteger unwrapped = new AtomicInteger();
        private volatile boolean down;

        @Override
        public WrappedKey wrap(byte[] dataKey) {
            calls.add("wrap");
            if (down) {
                throw new IllegalStateException("The service for keys is down");
            }
            return keys.wrap(dataKey);
        }

        @Override
        public byte[] unwrap(WrappedKey wrapped) {
            unwrapped.incrementAndGet();
            return keys.unwrap(wrapped);
        }

        private void awaitWrap() throws InterruptedException {
            assertThat(calls.poll(30, TimeUnit.SECONDS)).isEqualTo("wrap");
        }
    }

    private DataKeys keys() throws InterruptedException {
        DataKeys keys = new DataKeys(service, new SecureRandom(), clock);
        service.awaitWrap();
        return keys;
    }

    /** Lets time go by until there is another one. */
    private DataKey next(DataKeys keys, DataKey before) {
        DataKey current = keys.current();
        while (current == before) {
            now = now.plus(PERIOD);
            Thread.onSpinWait();
            current = keys.current();
        }
        return current;
    }

    @Test
    void one_is_used_for_an_hour() throws Exception {
        DataKeys keys = keys();
        DataKey first = keys.current();

        now = now.plus(PERIOD).minusMillis(1);

        assertThat(keys.current()).isSameAs(first);
        assertThat(service.calls).isEmpty();
    }

    @Test
    void then_another_one_and_the_first_is_still_known() throws Exception {
        DataKeys keys = keys();
        DataKey first = keys.current();
        int unwrapped = service.unwrapped.get();

        DataKey second = next(keys, first);

        assertThat(second.wrapped()).isNotEqualTo(first.wrapped());
        assertThat(keys.unwrap(first.wrapped())).isEqualTo(first.use());
        assertThat(service.unwrapped).hasValue(unwrapped);
    }

    @Test
    void a_service_that_is_down_keeps_nobody_from_encrypting() throws Exception {
        DataKeys keys = keys();
        DataKey first = keys.current();

        service.down = true;
        now = now.plus(PERIOD);
        assertThat(keys.current()).isSameAs(first);
        service.awaitWrap();

        service.down = false;
        assertThat(next(keys, first).wrapped()).isNotEqualTo(first.wrapped());
    }

    @Test
    void one_of_another_process_is_asked_for_once() throws Exception {
        DataKey other = keys().current();
        DataKeys keys = keys();
        int unwrapped = service.unwrapped.get();

        assertThat(keys.known(other.wrapped())).isNull();
        assertThat(keys.unwrap(other.wrapped())).isEqualTo(other.use());
        assertThat(keys.unwrap(other.wrapped())).isEqualTo(other.use());

        assertThat(service.unwrapped).hasValue(unwrapped + 1);
    }

    /** A keyring may keep what it has unwrapped. */
    @Test
    void what_a_keyring_gives_is_left_to_it() throws Exception {
        DataKey other = keys().current();
        byte[] kept = service.unwrap(other.wrapped());
        Keyring caching = new Keyring() {
            @Override
            public WrappedKey wrap(byte[] dataKey) {
                return service.wrap(dataKey);
            }

            @Override
            public byte[] unwrap(WrappedKey wrapped) {
                return wrapped.equals(other.wrapped()) ? kept : service.unwrap(wrapped);
            }
        };

        assertThat(new DataKeys(caching, new SecureRandom(), clock).unwrap(other.wrapped()))
                .isEqualTo(other.use());
        assertThat(kept).isNotEqualTo(new byte[32]);
    }

    @Test
    void a_service_that_is_down_or_unwraps_something_else_is_found_at_the_start() {
        service.down = true;
        assertThatThrownBy(this::keys).hasMessageContaining("is down");

        Keyring wrong = new Keyring() {
            @Override
            public WrappedKey wrap(byte[] dataKey) {
                return new WrappedKey("k", new byte[1]);
            }

            @Override
            public byte[] unwrap(WrappedKey wrapped) {
                return new byte[32];
            }
        };
        assertThatThrownBy(() -> new DataKeys(wrong, new SecureRandom(), clock))
                .hasMessageContaining("unwraps something else");
    }
}
