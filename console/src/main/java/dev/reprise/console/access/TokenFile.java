package dev.reprise.console.access;

import dev.reprise.IdempotencyException;
import dev.reprise.console.text.Choice;
import dev.reprise.encryption.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of users, one a line: a name, {@code viewer} or {@code operator}, and the SHA-256 of a token in hexadecimal digits; {@code #}
 * begins a comment. It is read again when it has changed, so who is taken out of it is out. Thread-safe.
 */
public final class TokenFile {
    private final Path file;
    private @Nullable FileTime read;
    private List<Entry> entries = List.of();

    /** A user and the hash of their token. */
    private record Entry(ConsoleUser user, String hash) {
        /** In constant time. */
        private boolean has(String shown) {
            return MessageDigest.isEqual(
                    shown.getBytes(StandardCharsets.US_ASCII), hash.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private TokenFile(Path file) {
        this.file = file;
    }

    /**
     * The users in that file.
     *
     * @throws IdempotencyException if it cannot be read, it is not {@linkplain SecretFile#requirePrivate private}, or a line is wrong; the
     *     message says what to change
     */
    public static TokenFile read(Path file) {
        TokenFile users = new TokenFile(file);
        if (users.entries().isEmpty()) {
            throw new IdempotencyException(
                    "The file " + file + " has no users; make one with reprise console token NAME --role operator",
                    null);
        }
        return users;
    }

    /** Whose token that is. Takes the same time whether it is nearly right or not right at all. */
    public Optional<ConsoleUser> owner(ConsoleToken token) {
        String hash = token.fingerprint();
        ConsoleUser found = null;
        for (Entry entry : entries()) {
            if (entry.has(hash)) {
                found = entry.user();
            }
        }
        return Optional.ofNullable(found);
    }

    /** Whether the file still has that user, under the token of that hash and in the same role. */
    public boolean holds(ConsoleUser user, String hash) {
        return entries().stream()
                .anyMatch(entry -> entry.has(hash) && entry.user().equals(user));
    }

    private synchronized List<Entry> entries() {
        try {
            FileTime changed = Files.getLastModifiedTime(file);
            SecretFile.requirePrivate(file);
            if (!changed.equals(read)) {
                entries = parse(Files.readAllLines(file));
                read = changed;
            }
            return entries;
        } catch (IllegalArgumentException e) {
            throw new IdempotencyException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            String why = e instanceof NoSuchFileException ? "it is not there" : "see whether this user may";
            throw new IdempotencyException("The file of users " + file + " cannot be read: " + why, e);
        }
    }

    private List<Entry> parse(List<String> lines) {
        List<Entry> parsed = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                try {
                    parsed.add(entry(line.split("\\s+", -1)));
                } catch (IllegalArgumentException e) {
                    throw new IdempotencyException(file + ":" + (i + 1) + ": " + e.getMessage(), e);
                }
            }
        }
        if (parsed.stream().map(entry -> entry.user().name()).distinct().count() < parsed.size()) {
            throw new IdempotencyException("The file of users " + file + " has a name twice", null);
        }
        return List.copyOf(parsed);
    }

    private static Entry entry(String[] words) {
        if (words.length != 3 || !words[2].matches("[0-9a-fA-F]{64}")) {
            throw new IllegalArgumentException(
                    "write a name, viewer or operator, and the SHA-256 of a token, as reprise console token prints it");
        }
        return new Entry(
                new ConsoleUser(words[0], Choice.parse(Role.class, words[1])), words[2].toLowerCase(Locale.ROOT));
    }
}
