package dev.reprise.benchmarks;

import dev.reprise.testkit.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A gateway in a process of its own, started as the launchers start it, and what can be seen of it from outside. Thread-safe. */
final class LaunchedGateway implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client = HttpClient.newHttpClient();
    private final ChildProcess process;
    private final int port;
    private final int admin;

    private LaunchedGateway(ChildProcess process) {
        this.process = process;
        String serves = process.awaitLine(line -> line.startsWith("  serves "), PATIENCE);
        String operator = process.awaitLine(line -> line.startsWith("  operator "), PATIENCE);
        port = URI.create(serves.substring(serves.indexOf("http"))).getPort();
        admin = Integer.parseInt(operator.replaceFirst(".*127\\.0\\.0\\.1:(\\d+)/health.*", "$1"));
    }

    /**
     * Starts it, and returns when it serves.
     *
     * @param javaOptions as somebody would give them to a launcher
     */
    static LaunchedGateway start(Path settings, String javaOptions) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "JAVA_HOME=" + System.getProperty("java.home"),
                "JAVA_OPTIONS=" + javaOptions,
                "REPRISE_AOT=off",
                "class_path=" + System.getProperty("java.class.path"),
                "cache_folder=" + settings.getParent(),
                "sh",
                "-euc",
                ". \"$0\"",
                launcher().toString()));
        command.addAll(List.of("gateway", "--config", settings.toString()));
        ChildProcess process = ChildProcess.start(command);
        try {
            return new LaunchedGateway(process);
        } catch (RuntimeException | Error e) {
            process.close();
            throw e;
        }
    }

    /** The end of both launchers, in the repository that this runs in. */
    private static Path launcher() {
        return Stream.iterate(Path.of("").toAbsolutePath(), folder -> folder != null, Path::getParent)
                .map(folder -> folder.resolve(".mvn/launch"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("This runs in the repository only"));
    }

    /** Where callers connect. */
    int port() {
        return port;
    }

    /** Where its operator connects. */
    int admin() {
        return admin;
    }

    long pid() {
        return process.pid();
    }

    List<String> output() {
        return process.output();
    }

    double residentMegabytes() throws IOException {
        return Processes.residentMegabytes(pid());
    }

    /** The most that was resident at any time. */
    double mostResidentMegabytes() throws IOException {
        return Processes.mostResidentMegabytes(pid());
    }

    long descriptors() throws IOException {
        return entries("fd");
    }

    long threads() throws IOException {
        return entries("task");
    }

    private long entries(String folder) throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc/" + pid() + "/" + folder))) {
            return entries.count();
        }
    }

    /** Megabytes that connections use outside of the heap, with what is ready to be used again. */
    double directMegabytes() throws IOException, InterruptedException {
        return sum(line -> line.startsWith("reprise_memory_direct ")) / (1 << 20);
    }

    /** Megabytes of the heap that are in use after a collection. */
    double liveMegabytes() throws IOException, InterruptedException {
        Processes.run(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid()), "GC.run");
        return sum(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\"")) / (1 << 20);
    }

    /** The sum of what the gateway shows to Prometheus in some lines. */
    private double sum(Predicate<String> wanted) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/metrics"))
                .timeout(PATIENCE)
                .build();
        return client.send(request, BodyHandlers.ofString())
                .body()
                .lines()
                .filter(wanted)
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .reduce(Double::sum)
                .orElseThrow(() -> new IllegalStateException("The gateway does not show what is looked for"));
    }

    @Override
    public void close() {
        client.shutdownNow();
        process.close();
    }
}
