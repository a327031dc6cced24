package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The alerts and the dashboard in {@code docs/monitoring} ask for what a gateway tells. */
class MonitoringTest {
    private static final Path PAGES = Path.of("../docs/monitoring");
    private static final Pattern METRIC = Pattern.compile("reprise_[a-z_]+");

    @TempDir
    private Path folder;

    private final TestService service = new TestService();

    @AfterEach
    void stop() {
        service.close();
    }

    private static Set<String> metricsIn(String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = METRIC.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group());
        }
        return names;
    }

    /** What the panels ask for. */
    private static List<String> dashboard() throws Exception {
        List<String> asked = new ArrayList<>();
        JsonNode dashboard = new JsonMapper().readTree(Files.readString(PAGES.resolve("dashboard.json")));
        for (JsonNode panel : dashboard.path("panels")) {
            assertThat(panel.path("title").asString()).isNotBlank();
            panel.path("targets")
                    .forEach(target -> asked.add(target.path("expr").asString()));
        }
        return asked;
    }

    @Test
    void every_metric_in_them_is_one_of_the_gateway() throws Exception {
        String told;
        try (GatewayFixture gateway = new GatewayFixture(
                folder,
                "upstream: http://127.0.0.1:" + service.port() + "\nwebhook: {unknown: 'http://127.0.0.1:9/'}\n")) {
            gateway.post("/charges", "k", "x");
            gateway.post("/charges", "k", "x");
            told = gateway.metrics();
        }
        Set<String> asked = metricsIn(Files.readString(PAGES.resolve("alerts.yml")) + String.join("\n", dashboard()));

        assertThat(asked).hasSizeGreaterThan(10);
        assertThat(metricsIn(told)).containsAll(asked);
    }

    /** With Prometheus's own tool, where there is one. */
    static final class Promtool {
        private Promtool() {}

        static String run(Path in, String... arguments) throws Exception {
            List<String> command = new ArrayList<>(List.of("promtool"));
            command.addAll(List.of(arguments));
            Process process = new ProcessBuilder(command)
                    .directory(in.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            return output;
        }

        static boolean isThere() {
            return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
        }
    }

    @Nested
    class With_promtool {
        @BeforeEach
        void there_is_one() {
            assumeTrue(Promtool.isThere(), "There is no promtool");
        }

        @Test
        void the_alerts_are_right_and_fire_when_they_should() throws Exception {
            assertThat(Promtool.run(PAGES, "check", "rules", "alerts.yml")).contains("SUCCESS: 11 rules");
            assertThat(Promtool.run(PAGES, "test", "rules", "alerts-test.yml")).contains("SUCCESS");
        }

        /** Each as a rule, since promtool reads no dashboards. */
        @Test
        void the_dashboard_asks_in_words_that_prometheus_understands() throws Exception {
            StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
            int number = 0;
            for (String expression : dashboard()) {
                rules.append("  - record: panel:")
                        .append(number++)
                        .append("\n    expr: '")
                        .append(expression.replace("'", "''").replace("$route", ".*"))
                        .append("'\n");
            }
            Files.writeString(folder.resolve("rules.yml"), rules);

            assertThat(Promtool.run(folder, "check", "rules", "rules.yml")).contains("SUCCESS: " + number);
        }
    }
}
