package dev.reprise.conformance.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.conformance.Profile;
import dev.reprise.conformance.reference.Fault;
import dev.reprise.conformance.reference.ReferenceServer;
import dev.reprise.conformance.reference.Settings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CheckCommandTest {
    @TempDir
    private Path folder;

    private record Run(int code, String out, String err) {}

    private static Run run(List<String> arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = new CommandLine(new CheckCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
        return new Run(code, out.toString(), err.toString());
    }

    private Run run(Fault fault, String... more) {
        try (ReferenceServer server = new ReferenceServer(Settings.of(Profile.IETF, fault))) {
            List<String> arguments = new ArrayList<>(List.of(
                    server.uri("/charges").toString(),
                    "--body={\"amount\":1000}",
                    "--credential=Authorization: Bearer alice",
                    "--effects=" + server.uri("/effects"),
                    "--count=/count",
                    "--rate=10000",
                    "--burst=10"));
            arguments.addAll(List.of(more));
            return run(arguments);
        }
    }

    @Test
    void a_check_without_findings_ends_with_0_and_writes_its_reports() {
        Run run = run(
                Fault.NONE,
                "--json=" + folder.resolve("report.json"),
                "--junit=" + folder.resolve("report.xml"),
                "--html=" + folder.resolve("report.html"));

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .startsWith("Sends     POST http://127.0.0.1:")
                .contains("and, as another body for the same key: {\"amount\":999}")
                .contains("At most   600 requests in 300 seconds, 10000 a second, 10 at once")
                .contains("pass  S7-once")
                .contains(", 0 failed, ");
        assertThat(folder.resolve("report.json")).content().startsWith("{").contains("\"S7-once\"");
        assertThat(folder.resolve("report.xml")).content().startsWith("<?xml").contains("S7-once");
        assertThat(folder.resolve("report.html"))
                .content()
                .startsWith("<!DOCTYPE html>")
                .contains("S7-once");
    }

    @Test
    void findings_count_by_the_level() {
        assertThat(run(Fault.COMPARES_NO_BODY).code()).isEqualTo(1);
        assertThat(run(Fault.DOES_NOT_MARK_REPLAYS).code()).isZero();
        assertThat(run(Fault.DOES_NOT_MARK_REPLAYS, "--level=should").code()).isZero();
        assertThat(run(Fault.DOES_NOT_MARK_REPLAYS, "--level=ours").code()).isEqualTo(1);
    }

    @Test
    void an_endpoint_without_idempotency_is_told_so_in_a_headline() {
        Run run = run(Fault.IGNORES_KEYS);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("This endpoint is not idempotent");
    }

    @Test
    void a_dry_run_needs_no_server() {
        Run run = run(List.of("http://127.0.0.1:1/charges", "--dry-run"));

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("Nothing was sent.").contains("not applicable: No other body");
    }

    @Test
    void a_target_that_cannot_be_checked_ends_with_3() {
        Run run = run(List.of("http://127.0.0.1:1/charges"));

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).contains("Cannot check: No connection");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--header=no-colon",
                "--profile=paypal",
                "--level=may",
                "--max-time=soon",
                "--max-requests=0",
                "--burst=1",
                "--method=GET",
                "--second-credential=Authorization: Bearer bob",
                "--body-file=/no/such/file",
                "--trust=/no/such/file",
                "--effects=nowhere",
                "--no-such-option"
            })
    void what_is_not_understood_ends_with_2(String option) {
        Run run = run(List.of("http://127.0.0.1:1/charges", option));

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).isNotBlank().doesNotContain("\tat ");
    }

    @Test
    void options_may_come_from_a_file() throws Exception {
        Path file =
                Files.writeString(folder.resolve("target.check"), "http://127.0.0.1:1/charges\n\"--header=A: b\"\n");

        assertThat(run(List.of("@" + file, "--dry-run")).code()).isZero();
    }
}
