package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.conformance.command.CheckClientCommand;
import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.sample.Ledger;
import dev.reprise.gateway.sample.SampleApi;
import dev.reprise.testkit.TcpFaultProxy;
import dev.reprise.testkit.TcpFaultProxy.Plan;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import picocli.CommandLine;

/** Stripe's own client for Node, with its automatic retries, against a route of its profile; where there is Node. */
@Execution(ExecutionMode.CONCURRENT)
class StripeNodeTest {
    @TempDir
    private Path folder;

    private final SampleApi sample = SampleApi.start(Address.parse("127.0.0.1:0"));

    @BeforeAll
    static void install() throws Exception {
        NodePrograms.install();
    }

    @AfterEach
    void stop() {
        sample.close();
    }

    private static List<String> charges(int port, String... arguments) throws Exception {
        return NodePrograms.run(
                "charges.mjs",
                Stream.concat(Stream.of(Integer.toString(port)), Stream.of(arguments))
                        .toList());
    }

    private GatewayFixture gateway() {
        return new GatewayFixture(
                folder,
                "upstream: http://127.0.0.1:" + sample.port() + "\ndefaults: {profile: stripe, require-key: true}\n");
    }

    @Test
    void charges_move_money_once_over_a_network_that_breaks_S7() throws Exception {
        try (GatewayFixture gateway = gateway();
                TcpFaultProxy network = new TcpFaultProxy(gateway.port())) {
            network.next(Plan.CUT_BEFORE_REQUEST);
            network.next(Plan.CUT_BEFORE_RESPONSE);
            network.next(Plan.cutResponseAfter(30));

            List<String> lines = charges(network.port(), "3");

            assertThat(sample.ledger().entries())
                    .extracting(Ledger.Entry::amount)
                    .containsExactly(1000L, 1001L, 1002L);
            assertThat(lines).hasSize(3).allMatch(line -> line.startsWith("{\"id\":\"ch_"));
            assertThat(lines).anyMatch(line -> line.contains("\"replayed\":\"true\""));
        }
    }

    @Test
    void a_key_is_replayed_for_the_same_payload_and_refused_for_another_S9() throws Exception {
        try (GatewayFixture gateway = gateway()) {
            List<String> same = charges(gateway.port(), "2", "k", "0");
            List<String> other = charges(gateway.port(), "2", "k", "1");

            assertThat(same).hasSize(2);
            assertThat(same.get(1)).isEqualTo(same.get(0).replace("\"false\"", "\"true\""));
            assertThat(other).containsExactly(same.get(1), "{\"error\":\"StripeIdempotencyError\",\"status\":400}");
            assertThat(sample.ledger().entries()).hasSize(1);
        }
    }

    /** How it retries: its first wait is not random, and it does not read Retry-After. */
    @Test
    void the_checker_of_clients_starts_it_and_judges_it_C1_C3_C4() throws Exception {
        Path report = folder.resolve("report.json");
        StringWriter out = new StringWriter();

        int code = new CommandLine(new CheckClientCommand())
                .setOut(new PrintWriter(out, true))
                .execute(
                        "--name=stripe-node",
                        "--rounds=1",
                        "--json=" + report,
                        "--",
                        "node",
                        NodePrograms.path("operations.mjs"));

        assertThat(code).as("%s", out).isZero();
        assertThat(out.toString())
                .containsPattern("pass +C1-kept")
                .containsPattern("pass +C1-new")
                .containsPattern("pass +C2-refused")
                .containsPattern("FAIL +C4-seconds");
        assertThat(report).content().contains("\"stripe-node\"");
    }
}
