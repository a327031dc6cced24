package dev.reprise.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.ChildProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A gateway whose settings name a provider of OpenID Connect, which is not there. Mostly waits for processes, so it runs beside others. */
@Execution(ExecutionMode.CONCURRENT)
class ConsoleByProviderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Nothing listens there. */
    private static final String PROVIDER = """
            console:
              oidc:
                issuer: http://127.0.0.1:9
                client-id: reprise
                operators: [oncall]
            """;

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    private Path classes() {
        return folder.resolve("classes");
    }

    private ChildProcess start(String settings) throws Exception {
        Path file = Files.writeString(
                folder.resolve("reprise.yaml"),
                "listen: 127.0.0.1:0\nadmin: 127.0.0.1:0\nupstream: http://127.0.0.1:9\nstore: "
                        + folder.resolve("store") + "\n" + settings);
        return ChildProcess.java(
                RepriseCommand.class,
                List.of("-Xlog:class+load:file=" + classes()),
                List.of("gateway", "--config", file.toString()));
    }

    private HttpResponse<String> get(int port, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/console" + path))
                        .timeout(PATIENCE)
                        .header("Sec-Fetch-Site", "same-origin")
                        .build(),
                BodyHandlers.ofString());
    }

    private String loaded(ChildProcess gateway) throws Exception {
        gateway.terminate(PATIENCE);
        return Files.readString(classes());
    }

    @Test
    void starts_all_the_same_and_says_that_nobody_gets_in() throws Exception {
        try (ChildProcess gateway = start(PROVIDER)) {
            int port = Cli.port(gateway, "operator");

            assertThat(get(port, "/sign-in").body())
                    .contains("Sign in with 127.0.0.1")
                    .doesNotContain("type=\"password\"");
            HttpResponse<String> sent = get(port, "/sign-in/provider");
            assertThat(sent.headers().firstValue("Location")).hasValue("/console/sign-in?why=unreachable");
            HttpResponse<String> page = get(port, "/sign-in?why=unreachable");

            assertThat(page.statusCode()).isEqualTo(503);
            assertThat(page.body()).contains("does not answer as it should");
            assertThat(gateway.output())
                    .anyMatch(line -> line.contains("could not sign in to the console by 127.0.0.1")
                            && line.contains("asked for its configuration"));
            assertThat(loaded(gateway)).contains("com.nimbusds");
        }
    }

    @Test
    void is_the_only_one_that_loads_anything_for_it() throws Exception {
        try (ChildProcess gateway = start("")) {
            int port = Cli.port(gateway, "operator");
            assertThat(get(port, "/sign-in").body()).contains("Secret of the store folder");

            assertThat(loaded(gateway))
                    .contains("dev.reprise.console.Console ")
                    .doesNotContain("com.nimbusds", "dev.reprise.console.oidc.OidcProvider", "net.minidev");
        }
    }
}
