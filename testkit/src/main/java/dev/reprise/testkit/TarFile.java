package dev.reprise.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** A resource that is a tar file compressed with xz; only who unpacks one needs the libraries for it. */
final class TarFile {
    private static final int OWNER_MAY_EXECUTE = 0100;

    private TarFile() {}

    static void unpack(String resource, Path folder) throws IOException {
        try (InputStream in = Objects.requireNonNull(TarFile.class.getResourceAsStream(resource));
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(in)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = ServerFiles.inside(folder, entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(target.getParent());
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else {
                    ServerFiles.write(tar, target, (entry.getMode() & OWNER_MAY_EXECUTE) != 0);
                }
            }
        }
    }
}
