package dev.reprise.console.audit;

import dev.reprise.IdempotencyException;
import dev.reprise.console.audit.BackwardLines.Line;
import dev.reprise.console.text.OperationsJson;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A file of JSON lines that only grows: one line for what is about to be done, durable before it is done, and one for what came of it.
 * One process writes to it at a time. The file is made, readable by its owner alone, when the first line is written.
 */
public final class FileAuditLog implements AuditLog {
    private static final System.Logger LOG = System.getLogger(FileAuditLog.class.getName());
    /** How far behind its entry an outcome is looked for. */
    private static final long OVERLAP = 256 << 10;
    /** How much of the file one page may read. */
    private static final long MOST_READ = 4 << 20;

    private final Path file;
    private final InstantSource clock;
    private @Nullable FileChannel channel;
    private boolean torn;
    private boolean closed;
    private long last;

    /** The audit in that file, which does not have to be there yet. */
    public FileAuditLog(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    @Override
    public synchronized List<Long> begin(List<AuditIntent> intents) {
        try {
            FileChannel open = open();
            Instant now = clock.instant();
            List<Long> numbers = new ArrayList<>();
            List<Object> lines = new ArrayList<>();
            for (AuditIntent intent : intents) {
                numbers.add(++last);
                lines.add(AuditView.of(last, now, intent));
            }
            write(open, lines);
            open.force(false);
            return numbers;
        } catch (IOException e) {
            throw new IdempotencyException(
                    "The audit cannot be written to " + file + ", so nothing was done: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void end(List<Long> numbers, List<String> outcomes) {
        try {
            Instant now = clock.instant();
            List<Object> lines = new ArrayList<>();
            for (int i = 0; i < numbers.size(); i++) {
                lines.add(new AuditOutcome(numbers.get(i), outcomes.get(i), now));
            }
            write(open(), lines);
        } catch (IOException | IdempotencyException e) {
            LOG.log(Level.WARNING, "What came of an action could not be written to {0}: {1}", file, e.getMessage());
        }
    }

    private void write(FileChannel open, List<Object> lines) throws IOException {
        StringBuilder text = new StringBuilder(torn ? "\n" : "");
        for (Object line : lines) {
            text.append(OperationsJson.MAPPER.writeValueAsString(line)).append('\n');
        }
        torn = true;
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
        while (bytes.hasRemaining()) {
            open.write(bytes);
        }
        torn = false;
    }

    private FileChannel open() throws IOException {
        if (closed) {
            throw new IOException("it is closed");
        }
        FileChannel present = channel;
        if (present != null) {
            return present;
        }
        boolean isNew = Files.notExists(file);
        if (isNew
                && file.toAbsolutePath()
                        .getFileSystem()
                        .supportedFileAttributeViews()
                        .contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        FileChannel opened = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        try {
            if (opened.tryLock() == null) {
                throw taken();
            }
            if (isNew) {
                // Otherwise a power failure may take the file with its first rows.
                syncFolder();
            }
            look();
        } catch (OverlappingFileLockException e) {
            opened.close();
            throw taken();
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
        channel = opened;
        return opened;
    }

    private void syncFolder() throws IOException {
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static IOException taken() {
        return new IOException("another process writes to it; give each its own");
    }

    /** Where an earlier process has ended. */
    private void look() throws IOException {
        try (FileChannel reading = FileChannel.open(file, StandardOpenOption.READ)) {
            BackwardLines lines = new BackwardLines(reading, reading.size());
            ByteBuffer end = ByteBuffer.allocate(1);
            torn = reading.size() > 0 && reading.read(end, reading.size() - 1) == 1 && end.get(0) != '\n';
            for (Line line = lines.previous(); line != null; line = lines.previous()) {
                JsonNode said = json(line);
                // An outcome has a number that its entry had before, and later entries have greater ones.
                if (said != null && said.has("number")) {
                    last = Math.max(last, said.get("number").asLong(0));
                    if (said.has("action")) {
                        return;
                    }
                }
            }
        }
    }

    @Override
    public AuditPage latest(@Nullable String before, int limit) {
        long end = before == null ? Long.MAX_VALUE : place(before);
        try (FileChannel reading = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = reading.size();
            long from = end > size - OVERLAP ? size : end + OVERLAP;
            return page(new BackwardLines(reading, from), Math.min(end, size), limit);
        } catch (NoSuchFileException e) {
            return AuditPage.EMPTY;
        } catch (IOException e) {
            throw new IdempotencyException("The audit in " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static AuditPage page(BackwardLines lines, long end, int limit) throws IOException {
        Map<Long, String> outcomes = new HashMap<>();
        List<AuditView> entries = new ArrayList<>();
        for (Line line = lines.previous(); line != null; line = lines.previous()) {
            JsonNode said = json(line);
            if (said != null && said.has("outcome")) {
                outcomes.put(said.path("number").asLong(0), said.path("outcome").asString(""));
            } else if (said != null && line.start() < end) {
                AuditView entry = entry(said);
                if (entry != null) {
                    entries.add(entry.with(outcomes.remove(entry.number())));
                }
            }
            boolean enough = entries.size() == limit || lines.read() > MOST_READ;
            if (enough && line.start() > 0 && line.start() < end) {
                return new AuditPage(entries, String.valueOf(line.start()));
            }
        }
        return new AuditPage(entries, null);
    }

    private static long place(String before) {
        try {
            long place = Long.parseLong(before);
            if (place >= 0) {
                return place;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw new IllegalArgumentException('"' + before + "\" is no place in the audit");
    }

    /** What a line says; null if it is one that a crash has cut off. */
    private static @Nullable JsonNode json(Line line) {
        try {
            JsonNode said = OperationsJson.MAPPER.readTree(line.text());
            return said.isObject() ? said : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static @Nullable AuditView entry(JsonNode said) {
        try {
            return OperationsJson.MAPPER.treeToValue(said, AuditView.class);
        } catch (JacksonException e) {
            return null;
        }
    }

    @Override
    public boolean kept() {
        return true;
    }

    @Override
    public synchronized void close() {
        closed = true;
        try {
            if (channel != null) {
                channel.close();
                channel = null;
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The audit in {0} could not be closed: {1}", file, e.getMessage());
        }
    }
}
