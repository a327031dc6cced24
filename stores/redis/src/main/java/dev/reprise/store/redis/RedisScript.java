package dev.reprise.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.ScriptOutputType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/** The store's scripts, which are resources. Each is one atomic operation of the store. */
enum RedisScript {
    ACQUIRE(true, ScriptOutputType.VALUE),
    WITHDRAW(true, ScriptOutputType.INTEGER),
    RENEW(true, ScriptOutputType.INTEGER),
    COMPLETE(true, ScriptOutputType.INTEGER),
    RELEASE(true, ScriptOutputType.INTEGER),
    PARK(true, ScriptOutputType.INTEGER),
    RECONCILE(true, ScriptOutputType.INTEGER),
    ERASE(true, ScriptOutputType.INTEGER),
    FIND(false, ScriptOutputType.VALUE),
    WATCH(false, ScriptOutputType.INTEGER);

    private final boolean changing;
    private final ScriptOutputType output;
    private final String text;
    private final String sha;

    RedisScript(boolean changing, ScriptOutputType output) {
        this.changing = changing;
        this.output = output;
        String name = name().toLowerCase(Locale.ROOT) + ".lua";
        try (InputStream resource = Objects.requireNonNull(RedisScript.class.getResourceAsStream(name), name)) {
            byte[] bytes = resource.readAllBytes();
            text = new String(bytes, UTF_8);
            sha = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-1", e);
        }
    }

    /** Whether it may change what an acknowledgement promises, so that replicas may have to have it. */
    boolean changing() {
        return changing;
    }

    /** Whether it has, or an earlier call has, going by what it answered. */
    boolean changed(Object answer) {
        return changing && (answer instanceof byte[] bytes ? RecordText.isAcquired(bytes) : answer.equals(1L));
    }

    /** What it answers. */
    ScriptOutputType output() {
        return output;
    }

    /** What the server calls it. */
    String sha() {
        return sha;
    }

    String text() {
        return text;
    }
}
