package dev.reprise.gateway.config;

import dev.reprise.encryption.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files with secrets that settings name, each of which has to be private (see {@link SecretFile}). */
final class SecretFiles {
    private SecretFiles() {}

    /** How a file is read. */
    private interface Reading<T> {
        T of(Path file) throws IOException;
    }

    /**
     * The text in a file, without spaces and breaks around it.
     *
     * @param setting the setting that names the file, with dots in it
     * @throws ConfigException if others may read or write it, or it cannot be read; the message says what to do
     */
    static String text(String setting, Path file) {
        return read(setting, file, Files::readString).strip();
    }

    /** All that is in a file. Otherwise as {@link #text}. */
    static byte[] bytes(String setting, Path file) {
        return read(setting, file, Files::readAllBytes);
    }

    private static <T> T read(String setting, Path file, Reading<T> how) {
        try {
            SecretFile.requirePrivate(file);
            return how.of(file);
        } catch (IllegalArgumentException e) {
            throw unusable(setting, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw unusable(setting, "the file " + file + " cannot be read: " + Reason.of(e), e);
        }
    }

    private static ConfigException unusable(String setting, String why, Exception cause) {
        return new ConfigException(setting + ": " + why, cause).at("/" + setting.replace('.', '/'));
    }
}
