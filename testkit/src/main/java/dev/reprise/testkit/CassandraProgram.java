package dev.reprise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The program of Cassandra: where its Java and its jars are, and how it is started. */
final class CassandraProgram {
    private static final List<String> OPENED = List.of(
            "java.base/java.io",
            "java.base/java.lang",
            "java.base/java.lang.module",
            "java.base/java.net",
            "java.base/java.nio",
            "java.base/java.util",
            "java.base/java.util.concurrent",
            "java.base/java.util.concurrent.atomic",
            "java.base/jdk.internal.loader",
            "java.base/jdk.internal.math",
            "java.base/jdk.internal.module",
            "java.base/jdk.internal.ref",
            "java.base/jdk.internal.reflect",
            "java.base/jdk.internal.util.jar",
            "java.base/sun.nio.ch",
            "java.rmi/sun.rmi.transport.tcp",
            "jdk.management/com.sun.management.internal");
    private static final List<String> EXPORTED = List.of(
            "java.base/jdk.internal.misc",
            "java.base/jdk.internal.ref",
            "java.management.rmi/com.sun.jmx.remote.internal.rmi",
            "java.rmi/sun.rmi.registry",
            "java.rmi/sun.rmi.server",
            "java.sql/java.sql",
            "jdk.unsupported/sun.misc");

    private CassandraProgram() {}

    /** Why it cannot be started here; empty if it can. */
    static Optional<String> unavailable() {
        if (java().isEmpty()) {
            return Optional.of("Java 17, which Cassandra needs, is not installed here");
        }
        return jars().isEmpty()
                ? Optional.of(
                        "Cassandra's jars are not here: ./mvnw process-test-classes -pl stores/cassandra -am names them")
                : Optional.empty();
    }

    /**
     * What starts a node in the foreground.
     *
     * @param folder with its data and {@link CassandraSettings its settings}
     * @param options of its Java virtual machine
     */
    static List<String> command(Path folder, List<String> options) {
        List<String> command = new ArrayList<>(List.of(java().orElseThrow().toString(), "-Xms400m", "-Xmx400m"));
        command.addAll(List.of("-XX:+UseSerialGC", "-Dcassandra.storagedir=" + folder));
        command.addAll(CassandraSettings.options(folder));
        command.addAll(List.of("-Dcassandra-foreground=true", "-Dcassandra.ring_delay_ms=2000"));
        command.add("-Dcassandra.skip_wait_for_gossip_to_settle=0");
        OPENED.forEach(name -> command.addAll(List.of("--add-opens", name + "=ALL-UNNAMED")));
        EXPORTED.forEach(name -> command.addAll(List.of("--add-exports", name + "=ALL-UNNAMED")));
        String jars = jars().orElseThrow();
        // 4.1 measures its memory by an agent, and 5.0 without.
        Stream.of(jars.split(":"))
                .filter(jar -> jar.matches(".*/jamm-0\\.3[^/]*\\.jar"))
                .forEach(agent -> command.add("-javaagent:" + agent));
        command.addAll(options);
        command.addAll(List.of("-cp", jars, "org.apache.cassandra.service.CassandraDaemon"));
        return command;
    }

    /** The program of a Java that Cassandra runs on. */
    private static Optional<Path> java() {
        Stream<Path> path = Stream.of(
                        Optional.ofNullable(System.getenv("PATH")).orElse("").split(":"))
                .map(folder -> Path.of(folder, "java"))
                .filter(Files::isExecutable)
                .flatMap(CassandraProgram::home);
        Stream<Path> named = Stream.ofNullable(System.getenv("JAVA17_HOME")).map(Path::of);
        return Stream.concat(Stream.concat(named, path), installed())
                .filter(CassandraProgram::isOldEnough)
                .map(home -> home.resolve("bin").resolve("java"))
                .findFirst();
    }

    private static Stream<Path> home(Path program) {
        try {
            Path programs = program.toRealPath().getParent();
            return programs == null ? Stream.empty() : Stream.ofNullable(programs.getParent());
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    private static Stream<Path> installed() {
        Path folder = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> homes = Files.list(folder)) {
            return homes.sorted().toList().stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    private static boolean isOldEnough(Path home) {
        try {
            return Files.isExecutable(home.resolve("bin").resolve("java"))
                    && Files.readString(home.resolve("release")).matches("(?s).*JAVA_VERSION=\"(17|11)\\..*");
        } catch (IOException e) {
            return false;
        }
    }

    /** The class path of the server, as the build of its store has written it down. */
    private static Optional<String> jars() {
        Stream<Path> places = Stream.of("", "stores/cassandra/", "../stores/cassandra/", "../cassandra/")
                .map(place -> Path.of(place + "target/cassandra-server"));
        return Stream.concat(
                        Stream.ofNullable(System.getProperty("reprise.cassandra.server"))
                                .map(Path::of),
                        places)
                .filter(Files::isRegularFile)
                .findFirst()
                .map(file -> {
                    try {
                        return Files.readString(file);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }
}
