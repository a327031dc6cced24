package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The SDKs of the Model Context Protocol, as client and as server, with a route of its profile between; where there is Node. */
class McpTest {
    @TempDir
    private Path folder;

    private final List<Process> servers = new ArrayList<>();

    @BeforeAll
    static void install() throws Exception {
        NodePrograms.install();
    }

    @AfterEach
    void stop() {
        servers.forEach(Process::destroyForcibly);
    }

    /** The port of a server that is started. */
    private int serve(String program) throws Exception {
        Process server = NodePrograms.start(program, List.of("serve"));
        servers.add(server);
        return Integer.parseInt(server.inputReader().readLine());
    }

    private static List<String> calls(String program, int at, String... keysAndAmounts) throws Exception {
        return NodePrograms.run(
                program,
                Stream.concat(Stream.of("call", Integer.toString(at)), Stream.of(keysAndAmounts))
                        .toList());
    }

    private GatewayFixture gateway(int port) throws Exception {
        return new GatewayFixture(folder, """
                upstream: http://127.0.0.1:%d
                routes: [{path: /mcp, profile: json-rpc}]
                """.formatted(port));
    }

    @Test
    void a_tool_that_is_called_again_with_its_key_works_once_and_answers_each_call_S7() throws Exception {
        try (GatewayFixture gateway = gateway(serve("mcp.mjs"))) {
            // Each call has an id of its own, and its client takes no answer without it.
            assertThat(calls("mcp.mjs", gateway.port(), "k=5", "k=5", "other=5", "k=6"))
                    .containsExactly(
                            "payment 1 of 5", "payment 1 of 5", "payment 2 of 5", "McpError -32050 payload_mismatch");
        }
    }

    @Test
    void without_the_gateway_each_call_pays() throws Exception {
        assertThat(calls("mcp.mjs", serve("mcp.mjs"), "k=5", "k=5"))
                .containsExactly("payment 1 of 5", "payment 2 of 5");
    }

    @Test
    void a_tool_that_asks_works_once_and_asks_once_S9_S14() throws Exception {
        try (GatewayFixture gateway = gateway(serve("mcp-asking.mjs"))) {
            assertThat(calls("mcp-asking.mjs", gateway.port(), "k=5", "k=5", "other=5", "k=6"))
                    .containsExactly(
                            "payment 1 of 5, 1 questions",
                            "payment 1 of 5, 0 questions",
                            "payment 2 of 5, 1 questions",
                            "ProtocolError -32050 payload_mismatch");
        }
    }
}
