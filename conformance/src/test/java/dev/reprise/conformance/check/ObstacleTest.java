package dev.reprise.conformance.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.conformance.CheckLimits;
import dev.reprise.conformance.EffectQuery;
import dev.reprise.conformance.Payload;
import dev.reprise.conformance.Profile;
import dev.reprise.conformance.Report;
import dev.reprise.conformance.Target;
import dev.reprise.conformance.reference.Fault;
import dev.reprise.conformance.reference.ReferenceServer;
import dev.reprise.conformance.reference.Settings;
import dev.reprise.conformance.reference.Targets;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be checked is told in a sentence, and never hangs. */
class ObstacleTest {
    private static final CheckLimits LIMITS =
            new CheckLimits(50, Duration.ofSeconds(30), 1000, 2, Duration.ofSeconds(1), 10_000);

    private static Report check(URI uri) {
        return ConformanceCheck.of(
                        Target.at(uri)
                                .body(new Payload("application/json", "{\"amount\":5}"))
                                .build(),
                        LIMITS)
                .run(result -> {});
    }

    private static void assertObstacle(Report report, String words) {
        assertThat(report.obstacle()).contains(words);
        assertThat(report.results()).isEmpty();
    }

    @Test
    void nobody_listens() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        assertObstacle(check(URI.create("http://127.0.0.1:" + free + "/")), "Is the service running");
    }

    @Test
    void there_is_no_such_host() {
        assertObstacle(check(URI.create("http://no-such-host.invalid/")), "There is no host named");
    }

    @Test
    void the_peer_does_not_speak_http() {
        try (RawServer server = RawServer.answering("220 mail.example.com ESMTP\n250 go ahead\n")) {
            assertObstacle(check(server.uri("http")), "What came is not HTTP/1.1");
        }
    }

    @Test
    void the_peer_closes_without_a_word() {
        try (RawServer server = new RawServer(RawServer::readHead)) {
            assertObstacle(check(server.uri("http")), "HTTP service");
        }
    }

    @Test
    void the_peer_does_not_speak_tls() {
        try (RawServer server = new RawServer(socket -> socket.getOutputStream()
                .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))) {
            assertObstacle(check(server.uri("https")), "TLS failed");
        }
    }

    @Test
    void the_peer_never_finishes_the_handshake() {
        try (RawServer server =
                new RawServer(socket -> socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream()))) {
            assertObstacle(check(server.uri("https")), "The TLS handshake was not complete within 1000 ms");
        }
    }

    @Test
    void the_peer_says_nothing() {
        try (RawServer server = new RawServer(socket -> {
            RawServer.readHead(socket);
            socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        })) {
            assertObstacle(check(server.uri("http")), "not complete within 1000 ms");
        }
    }

    @Test
    void the_response_never_ends() {
        try (RawServer server = new RawServer(socket -> {
            RawServer.readHead(socket);
            var out = socket.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            while (true) {
                out.write(new byte[1000]);
            }
        })) {
            assertObstacle(check(server.uri("http")), "longer than 10000 bytes");
        }
    }

    @Test
    void the_head_never_ends() {
        try (RawServer server = new RawServer(socket -> {
            RawServer.readHead(socket);
            var out = socket.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            while (true) {
                out.write("X: y\r\n".repeat(100).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            }
        })) {
            assertObstacle(check(server.uri("http")), "longer than anyone reads");
        }
    }

    /** The pause is the fault itself: it makes bytes come one by one. */
    @Test
    void the_response_drips() {
        try (RawServer server = new RawServer(socket -> {
            RawServer.readHead(socket);
            for (byte next : "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII)) {
                socket.getOutputStream().write(next);
                Thread.sleep(100);
            }
        })) {
            assertObstacle(check(server.uri("http")), "not complete within 1000 ms");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            307 Temporary Redirect\\nLocation: https://example.com/x | redirects to https://example.com/x
            401 Unauthorized                                         | give a valid credential
            404 Not Found                                            | nothing at this address
            405 Method Not Allowed                                   | does not know the method
            422 Unprocessable Content                                | refuses the ordinary request
            429 Too Many Requests                                    | slow down with --rate
            503 Service Unavailable                                  | fails by itself
            """)
    void the_endpoint_refuses_everything(String answer, String words) {
        String head = answer.replace("\\n", "\n");
        try (RawServer server = RawServer.answering("HTTP/1.1 " + head + "\nContent-Length: 0\n\n")) {
            assertObstacle(check(server.uri("http")), words);
        }
    }

    @Test
    void effects_are_not_where_they_are_said_to_be() {
        try (ReferenceServer server = new ReferenceServer(Settings.of(Profile.IETF, Fault.NONE))) {
            Target target = Targets.of(server, Profile.IETF)
                    .effects(new EffectQuery(server.uri("/effects"), "/total"))
                    .build();

            Report report = ConformanceCheck.of(target, LIMITS).run(result -> {});

            assertObstacle(report, "no whole number or array at /total");
        }
    }

    @Test
    void what_never_changes_does_not_count_effects() {
        try (ReferenceServer server = new ReferenceServer(Settings.of(Profile.IETF, Fault.NONE));
                RawServer constant = RawServer.answering(
                        "HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 1\n\n7")) {
            Target target = Targets.of(server, Profile.IETF)
                    .effects(new EffectQuery(constant.uri("http"), ""))
                    .build();

            Report report = ConformanceCheck.of(target, LIMITS).run(result -> {});

            assertObstacle(report, "the count of effects rose by 0 instead of 1");
        }
    }
}
