package dev.reprise.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/sizing.md says about a container of 256 MiB. */
class SmallContainerTest {
    /** What the documentation tells to set. */
    private static final String OPTIONS = "-Xmx96m";
    /** Of 256, some are the kernel's, for connections and files. */
    private static final double MEGABYTES = 240;

    private static final int STALLED = 200;
    private static final byte[] HALF = new byte[540_000];

    @TempDir
    private Path folder;

    @Test
    void a_container_of_256_MiB_holds_64_busy_connections_beside_stalled_ones() throws Exception {
        Vertx vertx = Vertx.vertx();
        SoakService service = new SoakService(vertx);
        Path settings = Files.writeString(
                folder.resolve("reprise.yaml"), """
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                store: %s
                upstream: http://127.0.0.1:%d
                """.formatted(folder.resolve("store"), service.port()));
        List<Socket> stalled = new ArrayList<>();
        try (LaunchedGateway gateway = LaunchedGateway.start(settings, OPTIONS);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            SoakCallers callers = new SoakCallers(vertx, gateway.port(), Duration.ofSeconds(1));
            callers.capacity(Duration.ofSeconds(4));
            for (int i = 0; i < STALLED; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
                stalled.add(socket);
                String head = "POST /v1/charges HTTP/1.1\r\nHost: x\r\nIdempotency-Key: stalled-" + i
                        + "\r\nContent-Length: 1000000\r\n\r\n";
                threads.execute(() -> sendHalf(socket, head));
            }
            double perSecond = callers.capacity(Duration.ofSeconds(6));

            System.out.printf("%.0f a second, at most %.0f MB resident%n", perSecond, gateway.mostResidentMegabytes());
            assertThat(callers.findings().wrongSoFar())
                    .as(callers.findings().toString())
                    .isZero();
            assertThat(service.repeated()).isZero();
            assertThat(gateway.output()).noneMatch(line -> line.contains("OutOfMemory"));
            assertThat(gateway.mostResidentMegabytes()).isLessThan(MEGABYTES);
            for (Socket socket : stalled) {
                socket.close();
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static void sendHalf(Socket socket, String head) {
        try {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(HALF);
        } catch (IOException e) {
            // Who is let go is done.
        }
    }
}
