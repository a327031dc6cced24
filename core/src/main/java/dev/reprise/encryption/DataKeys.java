package dev.reprise.encryption;

import dev.reprise.IdempotencyException;
import dev.reprise.encryption.Keyring.WrappedKey;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The data key that encrypts at the moment, and those that were used before. A new one is made every hour, behind the back of callers:
 * the former one goes on until then. Thread-safe.
 */
final class DataKeys {
    private static final System.Logger LOG = System.getLogger(DataKeys.class.getName());
    private static final Duration PERIOD = Duration.ofHours(1);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMinutes(1);
    private static final int KEY_BYTES = 32;
    /** Each is used for the records of an hour and a process. */
    private static final int MOST_KNOWN = 10_000;

    private final Keyring keyring;
    private final SecureRandom random;
    private final InstantSource clock;
    private final AtomicBoolean renewing = new AtomicBoolean();
    private final Map<WrappedKey, SecretKey> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<WrappedKey, SecretKey> eldest) {
            return size() > MOST_KNOWN;
        }
    };
    private volatile Instant renewal;
    private volatile DataKey current;

    /** @throws RuntimeException if the keyring cannot wrap a key, or not unwrap what it has wrapped */
    DataKeys(Keyring keyring, SecureRandom random, InstantSource clock) {
        this.keyring = keyring;
        this.random = random;
        this.clock = clock;
        this.current = make();
        this.renewal = clock.instant().plus(PERIOD);
        byte[] unwrapped = keyring.unwrap(current.wrapped);
        if (!Arrays.equals(unwrapped, current.key.getEncoded())) {
            throw new IllegalStateException("The keyring unwraps something else than it has wrapped");
        }
    }

    /** A data key with its wrapped form. */
    static final class DataKey {
        private final WrappedKey wrapped;
        private final SecretKey key;
        private final AtomicLong uses = new AtomicLong();

        private DataKey(WrappedKey wrapped, SecretKey key) {
            this.wrapped = wrapped;
            this.key = key;
        }

        WrappedKey wrapped() {
            return wrapped;
        }

        /** For one encryption. */
        SecretKey use() {
            if (uses.incrementAndGet() > AesGcm.MOST_ENCRYPTIONS) {
                throw new IdempotencyException(
                        "The data key has encrypted all that it may, and the keyring gives no new one; see the log",
                        null);
            }
            return key;
        }
    }

    /** The key for what is encrypted now. Does not wait for the keyring. */
    DataKey current() {
        if (!clock.instant().isBefore(renewal) && renewing.compareAndSet(false, true)) {
            Thread.ofVirtual().name("reprise-data-key").start(this::renew);
        }
        return current;
    }

    private void renew() {
        Duration pause = PAUSE_AFTER_FAILURE;
        try {
            current = make();
            pause = PERIOD;
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "The keyring gives no new data key; the former one is used until it does", e);
        } finally {
            renewal = clock.instant().plus(pause);
            renewing.set(false);
        }
    }

    private DataKey make() {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        SecretKey key = new SecretKeySpec(bytes, "AES");
        WrappedKey wrapped = keyring.wrap(bytes);
        Arrays.fill(bytes, (byte) 0);
        remember(wrapped, key);
        return new DataKey(wrapped, key);
    }

    /** The key behind its wrapped form, if it was used in this process before. */
    @Nullable
    SecretKey known(WrappedKey wrapped) {
        synchronized (known) {
            return known.get(wrapped);
        }
    }

    /** The key behind its wrapped form; asks the keyring if it has to. */
    SecretKey unwrap(WrappedKey wrapped) {
        SecretKey key = known(wrapped);
        if (key == null) {
            // Not wiped: it may be the keyring's own.
            key = new SecretKeySpec(keyring.unwrap(wrapped), "AES");
            remember(wrapped, key);
        }
        return key;
    }

    private void remember(WrappedKey wrapped, SecretKey key) {
        synchronized (known) {
            known.put(wrapped, key);
        }
    }
}
