package dev.reprise.encryption;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyException;
import dev.reprise.OperationId;
import dev.reprise.Response;
import dev.reprise.encryption.DataKeys.DataKey;
import dev.reprise.encryption.Keyring.WrappedKey;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.support.ResponseCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a record keeps into bytes that only the keyring's holder can read, and back. Thread-safe.
 *
 * <p>Sealed bytes are: {@link #MARK}, whose last byte is the format; the length of the key's name and the name; the length of the
 * wrapped data key and that key; nonce, encrypted bytes and tag. All in front of the nonce, and the {@link Purpose}, is associated. A
 * format, once released, is read for ever.
 */
final class Sealer {
    /** No text begins like this, and nothing else does by chance. */
    private static final byte[] MARK = {(byte) 0xF5, 'r', 'e', 'p', 'r', 'i', 's', 'e', 0, (byte) 0xC3, 0x5A, 1};

    private static final int NAME_LENGTH = MARK.length;
    /** More takes some hundred microseconds. */
    private static final int MOST_AT_ONCE = 256 << 10;

    private final @Nullable DataKeys keys;
    private final AesGcm cipher;
    private final boolean refusesPlain;
    private final OpenedAnswers opened = new OpenedAnswers();

    /**
     * @param keys what to encrypt with; null if nothing is, and what is encrypted cannot be read
     * @param refusesPlain whether what is not sealed counts as tampered with
     */
    Sealer(@Nullable DataKeys keys, AesGcm cipher, boolean refusesPlain) {
        this.keys = keys;
        this.cipher = cipher;
        this.refusesPlain = refusesPlain;
    }

    /** Whether these bytes were sealed. */
    static boolean isSealed(Body body) {
        byte[] bytes = body.bytes();
        return bytes.length > MARK.length && Arrays.equals(bytes, 0, MARK.length, MARK, 0, MARK.length);
    }

    /** A response of the same status whose body holds everything. */
    Response seal(OperationId id, Response response) {
        if (keys == null) {
            return response;
        }
        byte[] sealed = seal(ResponseCodec.encode(response), Purpose.response(id));
        return new Response(response.status(), Headers.EMPTY, Body.of(sealed));
    }

    /**
     * The response that was sealed.
     *
     * @throws StoreException if it cannot be read, which says why
     */
    Response open(OperationId id, Response response) {
        Purpose purpose = Purpose.response(id);
        if (holdsStatusAlone(response)) {
            return response;
        }
        if (!isSealed(response.body())) {
            return requirePlainAllowed(purpose, response);
        }
        Response known = opened.find(response.body(), id);
        Response answer = known != null
                ? known
                : read(purpose, () -> ResponseCodec.decode(open(response.body().bytes(), purpose)));
        if (answer.status() != response.status()) {
            throw StoreException.unreadable(
                    purpose + " is another one than its record says; somebody has changed it", null);
        }
        if (known == null) {
            opened.add(response.body(), id, answer);
        }
        return answer;
    }

    /** What is left of an answer that was erased, or was too long for its store: nothing that anybody could read. */
    private static boolean holdsStatusAlone(Response response) {
        return response.body().isOmitted()
                && response.headers().size() == 0
                && response.trailers().size() == 0;
    }

    Body seal(Body body, Purpose purpose) {
        if (keys == null || body.isOmitted()) {
            return body;
        }
        return Body.of(seal(body.bytes(), purpose));
    }

    /** @throws StoreException if it cannot be read, which says why */
    Body open(Body body, Purpose purpose) {
        if (body.isOmitted()) {
            return body;
        }
        return isSealed(body)
                ? read(purpose, () -> Body.of(open(body.bytes(), purpose)))
                : requirePlainAllowed(purpose, body);
    }

    /** Whether an answer can be opened in no time: without waiting for the keyring, and without long work. */
    boolean opensAtOnce(OperationId id, Body body) {
        try {
            return !isSealed(body)
                    || opened.find(body, id) != null
                    || keys == null
                    || (body.length() <= MOST_AT_ONCE && keys.known(wrapped(body.bytes())) != null);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            // What is damaged is found out at once.
            return true;
        }
    }

    private <T> T requirePlainAllowed(Purpose purpose, T plain) {
        if (refusesPlain) {
            throw StoreException.unreadable(
                    purpose
                            + " is not encrypted, and plain records are refused; allow them until those of before have expired",
                    null);
        }
        return plain;
    }

    /** Something that is read out of bytes. */
    private interface Reading<T> {
        T read();
    }

    private static <T> T read(Purpose purpose, Reading<T> reading) {
        try {
            return reading.read();
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw StoreException.unreadable(purpose + " cannot be decrypted: it is damaged", e);
        } catch (IdempotencyException e) {
            throw StoreException.unreadable(purpose + " cannot be decrypted. " + e.getMessage(), e);
        }
    }

    private byte[] seal(byte[] plain, Purpose purpose) {
        DataKey key = requireKeys().current();
        byte[] head = head(key.wrapped());
        byte[] sealed = Arrays.copyOf(head, head.length + plain.length + AesGcm.overhead());
        SecretKey secret;
        try {
            secret = key.use();
        } catch (IdempotencyException e) {
            throw StoreException.nothingDone(purpose + " cannot be encrypted. " + e.getMessage(), e);
        }
        cipher.encrypt(secret, plain, purpose.associated(head, head.length), sealed, head.length);
        return sealed;
    }

    private byte[] open(byte[] sealed, Purpose purpose) {
        WrappedKey wrapped = wrapped(sealed);
        int headLength = headLength(wrapped);
        return cipher.decrypt(unwrapped(wrapped), sealed, headLength, purpose.associated(sealed, headLength));
    }

    private SecretKey unwrapped(WrappedKey wrapped) {
        try {
            return requireKeys().unwrap(wrapped);
        } catch (IdempotencyException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new IdempotencyException("The keyring does not give the key " + wrapped.keyName() + " now", e);
        }
    }

    private DataKeys requireKeys() {
        if (keys == null) {
            throw new IdempotencyException(
                    "This process has no keys of encryption; give it those of the processes that have recorded it",
                    null);
        }
        return keys;
    }

    private static byte[] head(WrappedKey key) {
        byte[] name = key.keyName().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(headLength(key))
                .put(MARK)
                .put((byte) name.length)
                .put(name)
                .putShort((short) key.length())
                .put(key.bytes())
                .array();
    }

    private static int headLength(WrappedKey key) {
        return NAME_LENGTH + 1 + key.keyName().length() + Short.BYTES + key.length();
    }

    private static WrappedKey wrapped(byte[] sealed) {
        int nameLength = Byte.toUnsignedInt(sealed[NAME_LENGTH]);
        int keyLengthAt = NAME_LENGTH + 1 + nameLength;
        String name = new String(sealed, NAME_LENGTH + 1, nameLength, StandardCharsets.US_ASCII);
        int keyAt = keyLengthAt + Short.BYTES;
        int keyLength =
                Byte.toUnsignedInt(sealed[keyLengthAt]) << Byte.SIZE | Byte.toUnsignedInt(sealed[keyLengthAt + 1]);
        if (keyAt + keyLength > sealed.length) {
            throw new IndexOutOfBoundsException(keyAt + keyLength);
        }
        return new WrappedKey(name, Arrays.copyOfRange(sealed, keyAt, keyAt + keyLength));
    }
}
