package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.testkit.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Boot's DevTools close the application and start it in the same process whenever a class file changes, in a new class loader. */
class DevToolsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int RESTARTS = 3;
    private static final List<String> PATHS = List.of("/transactional", "/leased", "/resumable");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void what_was_done_before_a_restart_is_replayed_after_it_and_no_thread_is_left_S7(@TempDir Path folder)
            throws Exception {
        Path changed = copied(folder.resolve("classes"));
        int port = freePort();
        try (client;
                ChildProcess process = start(folder, port)) {
            awaitStarts(process, 1);
            Map<String, String> firsts = new HashMap<>();
            for (String path : PATHS) {
                HttpResponse<String> first = post(port, path, "before");
                assertThat(first.statusCode()).as(path).isEqualTo(200);
                firsts.put(path, first.body());
            }
            JsonNode before = process(port);
            assertThat(before.get("loader").asString()).startsWith("RestartClassLoader@");

            for (int restart = 1; restart <= RESTARTS; restart++) {
                Files.setLastModifiedTime(changed, FileTime.from(Instant.now().plusSeconds(restart)));
                awaitStarts(process, 1 + restart);

                for (String path : PATHS) {
                    HttpResponse<String> replay = post(port, path, "before");
                    assertThat(replay.body()).isEqualTo(firsts.get(path));
                    assertThat(Booted.isReplay(replay)).as(path).isTrue();
                    HttpResponse<String> fresh = post(port, path, "after-" + restart);
                    assertThat(fresh.statusCode()).as(path).isEqualTo(200);
                    assertThat(Booted.isReplay(fresh)).as(path).isFalse();
                }
                JsonNode now = process(port);
                assertThat(now.get("loader").asString())
                        .isNotEqualTo(before.get("loader").asString());
                assertThat(now.get("ours")).isEqualTo(before.get("ours"));
                // Those of the JDK's HTTP client and of Tomcat end a little later.
                await().atMost(PATIENCE)
                        .untilAsserted(() ->
                                assertThat(process(port).get("left").toString()).isEqualTo("[]"));
            }
        }
    }

    /** The classes of the application alone, as a folder of its own is what DevTools look after. */
    private static Path copied(Path classes) throws Exception {
        Path compiled = Path.of(RestartedShop.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path home = Path.of("dev/reprise/spring/boot");
        Files.createDirectories(classes.resolve(home));
        try (Stream<Path> files = Files.list(compiled.resolve(home))) {
            for (Path file : files.filter(file -> file.getFileName().toString().startsWith("RestartedShop"))
                    .toList()) {
                Files.copy(file, classes.resolve(home).resolve(file.getFileName()));
            }
        }
        // The modules of this build are libraries, whether they are folders or archives.
        Files.createDirectories(classes.resolve("META-INF"));
        Files.writeString(
                classes.resolve("META-INF/spring-devtools.properties"), "restart.exclude.build=.*/target/.*\n");
        return classes.resolve(home).resolve("RestartedShop.class");
    }

    private static ChildProcess start(Path folder, int port) throws IOException {
        Path schema =
                Files.writeString(folder.resolve("made.sql"), "CREATE TABLE IF NOT EXISTS made (what VARCHAR(80));");
        return ChildProcess.start(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                folder.resolve("classes") + File.pathSeparator + System.getProperty("java.class.path"),
                RestartedShop.class.getName(),
                "--server.port=" + port,
                "--spring.main.web-application-type=servlet",
                "--spring.autoconfigure.exclude=" + Booted.WITHOUT_SECURITY_AND_JPA,
                "--spring.datasource.url=jdbc:h2:file:" + folder.resolve("records"),
                "--spring.sql.init.mode=always",
                "--spring.sql.init.schema-locations=" + schema.toUri(),
                "--spring.devtools.livereload.enabled=false",
                "--spring.devtools.restart.poll-interval=200ms",
                "--spring.devtools.restart.quiet-period=100ms"));
    }

    private static void awaitStarts(ChildProcess process, int times) {
        await().atMost(PATIENCE)
                .failFast("the process ended", () -> !process.isAlive())
                .until(() -> process.output().stream()
                                .filter(line -> line.contains("Started RestartedShop"))
                                .count()
                        >= times);
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private HttpResponse<String> post(int port, String path, String key) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Content-Type", "text/plain")
                        .header("Idempotency-Key", key)
                        .POST(BodyPublishers.ofString(key))
                        .build(),
                BodyHandlers.ofString());
    }

    private JsonNode process(int port) throws Exception {
        return JsonMapper.shared()
                .readTree(client.send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/process"))
                                        .build(),
                                BodyHandlers.ofString())
                        .body());
    }
}
