package dev.reprise.encryption;

import dev.reprise.Body;
import dev.reprise.spi.AsyncOperationStore;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.TransactionalStore;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts what records keep of requests and answers, before any store sees it: fields, trailers and bodies of answers, inputs of
 * operations with steps, and results of steps (S35). In plain remain what stores work with: keys, callers, routes, fingerprints,
 * states, times, statuses, names of steps, and the reasons of what went wrong.
 *
 * <p>Each is encrypted with AES-256-GCM under a data key of this process, which the {@link Keyring} protects and the record
 * carries. It is good for its own operation only: put into another record, or changed in a bit, it is refused. Whoever can write to
 * the store can still delete records, or bring back what the same operation had before.
 *
 * <p>Records of before, which are plain, are read as they are, unless {@link #refusingPlain} says otherwise. Thread-safe.
 */
public final class Encryption {
    private final @Nullable DataKeys keys;
    private final Sealer sealer;
    private final AesGcm cipher;

    private Encryption(@Nullable DataKeys keys, AesGcm cipher, boolean refusesPlain) {
        this.keys = keys;
        this.cipher = cipher;
        this.sealer = new Sealer(keys, cipher, refusesPlain);
    }

    /**
     * Encryption with the keys of this keyring, which is asked for a data key at once.
     *
     * @throws RuntimeException if it gives none, so that a wrong setting is found at the start
     */
    public static Encryption with(Keyring keyring) {
        return with(keyring, InstantSource.system());
    }

    static Encryption with(Keyring keyring, InstantSource clock) {
        SecureRandom random = new SecureRandom();
        return new Encryption(new DataKeys(keyring, random, clock), new AesGcm(random), false);
    }

    /**
     * No encryption: what is recorded is plain, and records that were encrypted elsewhere are refused (S35). A process that was not
     * given the keys would otherwise answer its callers with what it cannot read.
     */
    public static Encryption none() {
        return new Encryption(null, new AesGcm(new SecureRandom()), false);
    }

    /**
     * This encryption, for stores in which nothing was recorded in plain, or not any more: what is not encrypted counts as tampered
     * with, and is not replayed, but for a bare status, which is what is left of an erased answer (S36). Otherwise whoever can write to
     * the store can make up answers.
     *
     * @throws IllegalStateException if this is {@link #none}, which records in plain itself
     */
    public Encryption refusingPlain() {
        if (keys == null) {
            throw new IllegalStateException("Without keys nothing but plain records could be made; give it a keyring");
        }
        return new Encryption(keys, cipher, true);
    }

    /** Whether a body is one that was encrypted here or in another process, and so tells nobody anything. */
    public static boolean isEncrypted(Body body) {
        return Sealer.isSealed(body);
    }

    /** A store in front of the given one, which it closes when it is closed itself. */
    public OperationStore over(OperationStore store) {
        return store instanceof AsyncOperationStore async
                ? new SealedAsyncStore(async, sealer)
                : new SealedStore(store, sealer);
    }

    /** The same for records that commit with business transactions. */
    public <T> TransactionalStore<T> over(TransactionalStore<T> store) {
        return new SealedTransactionalStore<>(store, sealer);
    }

    /** The same for operations that are carried through in steps. */
    public <T> ResumableStore<T> over(ResumableStore<T> store) {
        return new SealedResumableStore<>(store, sealer);
    }
}
