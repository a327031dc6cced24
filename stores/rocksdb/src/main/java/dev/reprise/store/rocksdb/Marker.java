package dev.reprise.store.rocksdb;

import dev.reprise.spi.StoreException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file that says that a folder is a store, and how far its database was known to be durable. What is noted in it
 * survives the end of the process at once, and a power failure from {@link #makeDurable} on. For one thread at a time.
 */
final class Marker implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Marker.class.getName());
    private static final String NAME = "reprise-store";
    private static final String DRAFT = NAME + ".new";
    private static final int FORMAT = 1;
    private static final String FIRST_LINE = "Reprise store, format " + FORMAT + "\n";
    private static final Pattern TEXT = Pattern.compile("Reprise store, format (\\d+)\n(.*)", Pattern.DOTALL);

    private final FileChannel file;
    private final ByteBuffer line =
            ByteBuffer.allocateDirect(Watermark.NONE.line().length());
    private final long origin;
    private Watermark watermark;

    private Marker(FileChannel file, long origin, Watermark watermark) {
        this.file = file;
        this.origin = origin;
        this.watermark = watermark;
    }

    static boolean isNamed(String fileName) {
        return fileName.equals(NAME) || fileName.equals(DRAFT);
    }

    static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(NAME));
    }

    /**
     * Opens the marker of a folder, or makes it.
     *
     * @param lockFile another file of the folder, which is never written
     * @param acceptsLoss whether a damaged one is made anew
     * @throws StoreException if it is damaged, or of a newer release
     */
    static Marker open(Path folder, Path lockFile, boolean acceptsLoss) throws IOException {
        Path path = folder.resolve(NAME);
        Optional<Watermark> noted = isIn(folder) ? read(path) : Optional.empty();
        if (noted.isEmpty()) {
            if (isIn(folder) && !acceptsLoss) {
                throw Loss.in(folder, "its marker " + NAME + " is damaged");
            }
            create(folder, path);
        }
        Watermark watermark = noted.orElse(Watermark.NONE);
        long origin = origin(lockFile);
        if (!watermark.isNone() && watermark.origin() != origin) {
            LOG.log(
                    Level.WARNING,
                    "The store in " + folder
                            + " was copied, restored or given to somebody since it was last in use. If something was"
                            + " recorded after a copy was made, stop now and put the newest state back: retries of what was"
                            + " recorded since would execute a second time");
        }
        return new Marker(FileChannel.open(path, StandardOpenOption.WRITE), origin, watermark);
    }

    /** What the marker says; nothing if it is damaged. */
    private static Optional<Watermark> read(Path path) throws IOException {
        Matcher text = TEXT.matcher(Files.readString(path, StandardCharsets.ISO_8859_1));
        if (!text.matches()) {
            return Optional.empty();
        }
        String format = text.group(1);
        if (!format.equals(Integer.toString(FORMAT))) {
            throw new StoreException(
                    "The store in " + path.getParent() + " has format " + format + " and this release reads format "
                            + FORMAT + ": run the release that wrote it, or a newer one",
                    null);
        }
        return Watermark.parse(text.group(2));
    }

    private static void create(Path folder, Path path) throws IOException {
        Path draft = folder.resolve(DRAFT);
        // Durable before it gets its name, or a power failure could leave a marker that says nothing.
        Files.writeString(
                draft,
                FIRST_LINE + Watermark.NONE.line(),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC);
        Files.move(draft, path, StandardCopyOption.REPLACE_EXISTING);
        if (isUnix(folder)) {
            // The name too. Elsewhere, on Windows, a folder cannot be opened for that.
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    private static boolean isUnix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("unix");
    }

    /** No tool can keep this time when it copies a file. */
    private static long origin(Path lockFile) throws IOException {
        return isUnix(lockFile) ? ((FileTime) Files.getAttribute(lockFile, "unix:ctime")).toMillis() : 0;
    }

    /** What was noted last. */
    Watermark watermark() {
        return watermark;
    }

    /** Notes that the database is durable up to the given change, and how long its manifest was. */
    void note(long opening, long change, Manifest manifest, long manifestBytes) throws IOException {
        Watermark next = new Watermark(opening, change, manifest.number(), manifestBytes, origin);
        if (!next.equals(watermark)) {
            line.clear().put(next.line().getBytes(StandardCharsets.ISO_8859_1)).flip();
            file.write(line, FIRST_LINE.length());
            watermark = next;
        }
    }

    void makeDurable() throws IOException {
        file.force(true);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
