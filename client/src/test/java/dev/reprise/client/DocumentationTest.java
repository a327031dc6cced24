package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.spi.AttemptResult;
import dev.reprise.client.spi.Evidence;
import dev.reprise.client.spi.RequestTraits;
import dev.reprise.client.spi.RetryDecision;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Step;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code docs/client.md} shows of the client, line by line, works; house rules compare the two. */
class DocumentationTest {
    private static final Pattern STATUSES =
            Pattern.compile("(?m)^\\| ([\\d, -]+) \\| `(\\w+)` \\| `(\\w+)` \\| (no|yes[^|]*) \\| .* \\|$");
    private static final Pattern CELL = Pattern.compile("`reprise-client-\\w+` \\| `([^`|]*)`");

    private final ScriptedServer server = new ScriptedServer();
    private final URI api = server.uri("/");
    private final List<Object> log = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void the_first_example_and_its_report() throws Exception {
        server.next(new Step.Reset(true));

        HttpClient client = RetryingHttpClient.of(HttpClient.newHttpClient());

        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(api.resolve("/v1/charges"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("amount=1000&currency=eur"))
                        .build(),
                BodyHandlers.ofString());

        RetryReport report = RetryReport.of(response).orElseThrow(); // or of an exception, with all its causes
        log(report.key() + " took " + report.attempts() + " attempts with waits of " + report.waits() + " between");
        log(report.replayed() ? "an earlier attempt was executed" : "this attempt was executed");
        log(report.certainty() + ", and no further attempt because of " + report.stop());

        assertThat(response.body()).isEqualTo("effect 1");
        assertThat(log).hasSize(3).contains("an earlier attempt was executed");
        client.close();
    }

    @Test
    void the_settings() throws Exception {
        server.next(new Step.Answer(503, ""));

        Retries retries = Retries.builder()
                .policy(RetryPolicy.considerate()
                        .withTimeLimits(Duration.ofSeconds(30), Duration.ofSeconds(5))
                        .withMaxAttempts(4))
                .profile(KeyProfile.stripe())
                .listener(event -> log(event))
                .build();
        HttpClient client = RetryingHttpClient.of(HttpClient.newHttpClient(), retries);

        client.send(post(), BodyHandlers.discarding());

        assertThat(server.received().getFirst().field("idempotency-key").orElseThrow())
                .doesNotContain("\"");
        assertThat(log).hasSize(2).first().isInstanceOf(RetryEvent.Retrying.class);
        client.close();
    }

    @Test
    void hedging() throws Exception {
        server.next(new Step.Silence());

        RetryPolicy policy = RetryPolicy.considerate().withHedging(Duration.ofMillis(500));

        HttpClient client = RetryingHttpClient.of(
                HttpClient.newHttpClient(), Retries.builder().policy(policy).build());
        assertThat(client.send(post(), BodyHandlers.ofString()).body()).isEqualTo("effect 1");
        client.close();
    }

    @Test
    void what_each_status_says_is_as_in_the_table_C8() throws Exception {
        Map<Integer, String> documented = new TreeMap<>();
        STATUSES.matcher(Files.readString(Path.of("../docs/client.md")))
                .results()
                .forEach(row -> {
                    String says = row.group(2) + ", " + row.group(3) + ", " + row.group(4);
                    for (String range : row.group(1).split(", ", -1)) {
                        String[] bounds = range.split("-", -1);
                        for (int status = Integer.parseInt(bounds[0]);
                                status <= Integer.parseInt(bounds[bounds.length - 1]);
                                status++) {
                            assertThat(documented.put(status, says))
                                    .as("%s twice", status)
                                    .isNull();
                        }
                    }
                });

        assertThat(documented).hasSize(500);
        documented.forEach(
                (status, says) -> assertThat(said(status)).as("%s", status).isEqualTo(says));
    }

    private static String said(int status) {
        RequestTraits keyed = new RequestTraits("POST", true);
        HttpAnswer answer = new HttpAnswer(status, HttpHeaders.of(Map.of(), (name, value) -> true), "", true);
        RetryDecision judgement = Classification.of(keyed, new AttemptResult.Answered(answer, false));
        EffectTracker alone = new EffectTracker(keyed);
        alone.add(judgement.evidence());
        EffectTracker after = new EffectTracker(keyed);
        after.add(Evidence.UNKNOWN);
        after.add(judgement.evidence());
        boolean always = Classification.of(new RequestTraits("POST", false), new AttemptResult.Answered(answer, false))
                        .next()
                != RetryDecision.Next.STOP;
        String next = judgement.next() == RetryDecision.Next.STOP ? "no" : always ? "yes, also without a key" : "yes";
        return alone.certainty() + ", " + after.certainty() + ", " + next;
    }

    @Test
    void the_limits_of_durations_are_as_in_the_table() throws Exception {
        String page = Files.readString(Path.of("../docs/client.md"));

        assertThat(ClientLimits.ALL).allSatisfy(limit -> assertThat(page).contains(limit.row() + "\n"));
    }

    @Test
    void every_line_that_adds_retries_to_another_client_is_in_the_test_of_its_adapter() throws Exception {
        String page = Files.readString(Path.of("../docs/client.md"));
        List<String> tests = sources(
                "../adapters/client-okhttp/src/test/java",
                "../adapters/client-apache/src/test/java",
                "../adapters/client-spring/src/test/java");

        assertThat(snippets(CELL, page))
                .hasSize(4)
                .allSatisfy(snippet ->
                        assertThat(tests).anySatisfy(test -> assertThat(test).containsIgnoringWhitespaces(snippet)));
    }

    private static List<String> snippets(Pattern pattern, String page) {
        return pattern.matcher(page).results().map(found -> found.group(1)).toList();
    }

    private static List<String> sources(String... folders) throws Exception {
        List<String> sources = new ArrayList<>();
        for (String folder : folders) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    sources.add(Files.readString(file));
                }
            }
        }
        return sources;
    }

    private HttpRequest post() {
        return HttpRequest.newBuilder(api.resolve("/v1/charges"))
                .POST(BodyPublishers.ofString("amount=1000"))
                .build();
    }

    private void log(Object line) {
        log.add(line);
    }
}
