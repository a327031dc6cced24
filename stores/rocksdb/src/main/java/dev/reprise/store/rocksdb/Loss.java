package dev.reprise.store.rocksdb;

import dev.reprise.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What happens when a folder has lost records: it is refused, since their operations would execute a second time, until
 * its owner accepts that by creating a file, which counts once.
 */
final class Loss {
    private static final String ACCEPTANCE = "accept-loss";

    private Loss() {}

    /** The refusal of a folder. */
    static StoreException in(Path folder, String what) {
        return new StoreException(
                "The store in " + folder + " has lost records: " + what
                        + ". Their operations would execute a second time when they are retried. Put back what is missing; "
                        + howToAccept(folder),
                null);
    }

    static String howToAccept(Path folder) {
        return "or, to go on with what is left, create the file " + folder.resolve(ACCEPTANCE) + " and start again";
    }

    static boolean isNamed(String fileName) {
        return fileName.equals(ACCEPTANCE);
    }

    static boolean isAcceptedIn(Path folder) {
        return Files.exists(folder.resolve(ACCEPTANCE));
    }

    /** To be called when the folder has been opened: the next loss is another one. */
    static void forgetAcceptance(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(ACCEPTANCE));
    }
}
