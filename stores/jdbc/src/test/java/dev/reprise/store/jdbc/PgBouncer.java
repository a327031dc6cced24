package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A PgBouncer in transaction mode in front of a server, where the program is installed. */
final class PgBouncer implements AutoCloseable {
    private static final List<Path> PROGRAMS =
            List.of(Path.of("/usr/sbin/pgbouncer"), Path.of("/usr/bin/pgbouncer"), Path.of("/usr/local/bin/pgbouncer"));

    private final ChildProcess process;
    private final int port;

    private PgBouncer(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Whether there is one here. */
    static boolean isInstalled() {
        return PROGRAMS.stream().anyMatch(Files::isExecutable);
    }

    static PgBouncer before(PostgresServer server) {
        Path program = PROGRAMS.stream().filter(Files::isExecutable).findFirst().orElseThrow();
        try {
            int port = freePort();
            Path settings = Files.createTempFile("pgbouncer", ".ini");
            Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-r--r--"));
            Files.writeString(settings, """
                    [databases]
                    * = host=127.0.0.1 port=%d user=postgres
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = any
                    pool_mode = transaction
                    default_pool_size = 6
                    ignore_startup_parameters = extra_float_digits
                    """.formatted(server.port(), port));
            List<String> command = new ArrayList<>(List.of(program.toString(), settings.toString()));
            if (Files.isWritable(Path.of("/"))) {
                // It refuses to run as the superuser.
                command.addAll(List.of("-u", "nobody"));
            }
            ChildProcess process = ChildProcess.start(command);
            process.awaitLine(line -> line.contains("process up"), Duration.ofSeconds(30));
            return new PgBouncer(process, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** More connections than it has to the server; without prepared statements, which this mode cannot follow. */
    HikariDataSource pool(String database) {
        return Databases.pool(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=postgres&prepareThreshold=0", 10);
    }

    @Override
    public void close() {
        process.close();
    }
}
