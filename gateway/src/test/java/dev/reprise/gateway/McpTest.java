package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The SDK of the Model Context Protocol, as client and as server, with a route of its profile between; where there is Node. */
class McpTest {
    @TempDir
    private Path folder;

    private Process server;
    private int port;

    @BeforeAll
    static void install() throws Exception {
        NodePrograms.install();
    }

    @BeforeEach
    void start() throws Exception {
        server = NodePrograms.start("mcp.mjs", List.of("serve"));
        port = Integer.parseInt(server.inputReader().readLine());
    }

    @AfterEach
    void stop() {
        server.destroyForcibly();
    }

    private List<String> calls(int at, String... keysAndAmounts) throws Exception {
        return NodePrograms.run(
                "mcp.mjs",
                Stream.concat(Stream.of("call", Integer.toString(at)), Stream.of(keysAndAmounts))
                        .toList());
    }

    @Test
    void a_tool_that_is_called_again_with_its_key_works_once_and_answers_each_call_S7() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture(folder, """
                upstream: http://127.0.0.1:%d
                routes: [{path: /mcp, profile: json-rpc}]
                """.formatted(port))) {
            // Each call has an id of its own, and its client takes no answer without it.
            assertThat(calls(gateway.port(), "k=5", "k=5", "other=5", "k=6"))
                    .containsExactly(
                            "payment 1 of 5", "payment 1 of 5", "payment 2 of 5", "McpError -32050 payload_mismatch");
        }
    }

    @Test
    void without_the_gateway_each_call_pays() throws Exception {
        assertThat(calls(port, "k=5", "k=5")).containsExactly("payment 1 of 5", "payment 2 of 5");
    }
}
