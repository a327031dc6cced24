package dev.reprise.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Programs of real servers, unpacked from the class path once per version and user, and the files that they need. The data of a
 * new server, which takes seconds to make, is made once as well, and copied.
 */
final class ServerFiles {
    private ServerFiles() {}

    /** Fills a folder that is new and empty. */
    @FunctionalInterface
    interface Unpacking {
        void into(Path folder) throws IOException;
    }

    /** A resource that is a tar file compressed with xz. */
    static Path unpackedTar(String name, String resource) {
        return unpacked(name, folder -> TarFile.unpack(resource, folder));
    }

    /** What lies in a folder of the jar that holds the given resource. */
    static Path unpackedFolder(String name, String resource, String folderInJar, List<String> programs) {
        return unpacked(name, folder -> {
            String url = Objects.requireNonNull(ServerFiles.class.getResource(resource))
                    .toString();
            Path jar = Path.of(URI.create(url.substring("jar:".length(), url.indexOf('!'))));
            try (ZipInputStream zip = new ZipInputStream(new BufferedInputStream(Files.newInputStream(jar)))) {
                for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                    if (!entry.isDirectory() && entry.getName().startsWith(folderInJar)) {
                        String path = entry.getName().substring(folderInJar.length());
                        write(zip, inside(folder, path), programs.contains(path));
                    }
                }
            }
        });
    }

    /** A resource that is a program. */
    static Path unpackedProgram(String name, String resource) {
        return unpacked(name, folder -> {
                    try (InputStream in = Objects.requireNonNull(ServerFiles.class.getResourceAsStream(resource))) {
                        write(in, folder.resolve(name), true);
                    }
                })
                .resolve(name);
    }

    static Path inside(Path folder, String name) throws IOException {
        Path target = folder.resolve(name).normalize();
        if (!target.startsWith(folder)) {
            throw new IOException("The archive names a file outside of itself: " + name);
        }
        return target;
    }

    static void write(InputStream in, Path target, boolean program) throws IOException {
        Files.createDirectories(target.getParent());
        Files.copy(in, target);
        if (program && !target.toFile().setExecutable(true, false)) {
            throw new IOException(target + " cannot be made executable");
        }
    }

    /** Unpacks beside the place and renames, so that several virtual machines may do it at once. */
    private static Path unpacked(String name, Unpacking unpacking) {
        Path place = Path.of(
                System.getProperty("java.io.tmpdir"), "reprise-" + name + "-" + System.getProperty("user.name"));
        try {
            if (!Files.isDirectory(place)) {
                Path fresh = Files.createTempDirectory("reprise-" + name);
                unpacking.into(fresh);
                // A server that runs as somebody else reads these, too.
                Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
                try {
                    Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
                } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
                    delete(fresh);
                }
            }
            return place;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port of the loopback interface that nobody listens on. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether nobody listens on the port of the loopback interface. */
    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** A folder that is new, with a copy of what was put into another one once. */
    static Path copyOf(String name, Unpacking unpacking) throws IOException {
        Path original = unpacked(name, unpacking);
        Path copy = Files.createTempDirectory("reprise-" + name);
        run(List.of("cp", "-a", original + "/.", copy.toString()));
        // That of the original lets others read.
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwx------"));
        return copy;
    }

    /** Runs a program to its end and returns what it printed. */
    static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command.get(0) + " ended with " + process.exitValue() + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while running " + command.get(0), e);
        }
        return output;
    }

    static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                // A server that is ending has deleted it.
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @org.jspecify.annotations.Nullable IOException e)
                    throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
