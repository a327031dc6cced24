package dev.reprise.conformance.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Clients that are programs: here scripts that do not retry. */
class CheckClientCommandTest {
    @TempDir
    private Path folder;

    private record Run(int code, String out, String err) {}

    private static Run run(List<String> arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = new CommandLine(new CheckClientCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
        return new Run(code, out.toString(), err.toString());
    }

    /** A program in Java, since there is a JDK wherever these tests run; it makes both operations without a retry. */
    private List<String> program(String key) throws Exception {
        Path source = Files.writeString(folder.resolve("Client.java"), """
                import java.io.*;
                import java.net.*;

                class Client {
                    public static void main(String[] arguments) throws Exception {
                        URI address = URI.create(arguments[0]);
                        if (!arguments[0].equals(System.getenv("REPRISE_URL"))) throw new IllegalStateException();
                        for (int i = 1; i <= 2; i++) {
                            String body = "note=operation-" + i + "&key=k" + i;
                            try (Socket socket = new Socket(address.getHost(), address.getPort())) {
                                socket.getOutputStream().write(("POST /charges HTTP/1.1\\r\\nHost: localhost\\r\\n"
                                        + %s + "Content-Length: " + body.length() + "\\r\\n\\r\\n" + body).getBytes());
                                socket.getInputStream().readAllBytes();
                            } catch (IOException e) {
                                // The answer is lost.
                            }
                        }
                    }
                }
                """.formatted(key));
        // Once, and not in each of its runs.
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, System.out, System.err, "-proc:none", "-d", folder.toString(), source.toString());
        assertThat(compiled).isZero();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(
                "--", java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", folder.toString(), "Client", "{url}");
    }

    private Run check(String key, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(program(key));
        return run(arguments);
    }

    @Test
    void a_program_is_started_for_each_scenario_and_its_reports_are_written_C1() throws Exception {
        Run run = check(
                "\"Idempotency-Key: k\" + i + \"\\r\\n\"",
                "--name=a script",
                "--rounds=1",
                "--json=" + folder.resolve("report.json"),
                "--junit=" + folder.resolve("report.xml"),
                "--html=" + folder.resolve("report.html"));

        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("Listens   at http://127.0.0.1:")
                .contains("Run 9 of 9: the server stays down")
                .contains("pass  C1-key ")
                .contains("FAIL  C2-lost")
                .contains("not observable: No operation was tried twice");
        assertThat(folder.resolve("report.json"))
                .content()
                .contains("\"a script\"")
                .contains("\"C2-lost\"");
        assertThat(folder.resolve("report.xml")).content().contains("reprise check client a script");
        assertThat(folder.resolve("report.html")).content().contains("rule-C2").contains("What is sent again");
    }

    @Test
    void a_key_may_be_in_the_body_C1() throws Exception {
        assertThat(check("\"\"", "--rounds=1").code()).isEqualTo(1);
        assertThat(check("\"\"", "--rounds=1", "--key-member=key").code()).isZero();
    }

    @Test
    void a_program_that_sends_nothing_is_quoted() {
        Run run = run(List.of("--", "/no/such/program"));

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("Cannot check: No request came in run 1")
                .contains("It cannot be started");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--rounds=0", "--longest=soon", "--level=may", "--no-such-option"})
    void what_is_not_understood_ends_with_2(String option) {
        assertThat(run(List.of(option, "--", "true")).code()).isEqualTo(2);
    }
}
