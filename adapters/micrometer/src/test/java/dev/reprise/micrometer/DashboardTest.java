package dev.reprise.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.OperationType;
import dev.reprise.memory.MemoryDatabase;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code docs/monitoring/dashboard-application.json} asks for meters, labels and events that there are. */
class DashboardTest {
    private static final Pattern METER = Pattern.compile("reprise_[a-z_]+");
    private static final Pattern EVENT = Pattern.compile("event=~?\"([^\"]*)\"");
    private static final Pattern GROUPS = Pattern.compile("by \\(([a-z, ]+)\\)|\\{\\{([a-z]+)}}|([a-z]+)=~?\"");

    @Test
    void every_expression_names_meters_labels_and_events_that_exist() throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        EventLabelsTest.ONE_OF_EACH.forEach(new IdempotencyMetrics(registry)::on);
        String shown;
        try (ResumableEngine<?> engine = engine()) {
            new ResumableMetrics(engine).bindTo(registry);
            shown = registry.scrape();
        }
        Set<String> meters = all(Pattern.compile("(?m)^(reprise_[a-z_]+)"), shown);
        Set<String> events = all(Pattern.compile("event=\"([^\"]+)\""), shown);
        Set<String> labels = all(Pattern.compile("[{,]([a-z]+)=\""), shown);
        List<String> expressions = expressions();

        assertThat(expressions).hasSizeGreaterThan(8).allSatisfy(expression -> {
            assertThat(meters).containsAll(all(METER, expression)).isNotEmpty();
            assertThat(all(METER, expression)).isNotEmpty();
            assertThat(events)
                    .containsAll(all(EVENT, expression).stream()
                            .flatMap(alternatives -> Stream.of(alternatives.split("\\|", -1)))
                            .toList());
            assertThat(labels)
                    .containsAll(all(GROUPS, expression).stream()
                            .flatMap(names -> Stream.of(names.split(", ", -1)))
                            .toList());
        });
    }

    private static ResumableEngine<?> engine() {
        MemoryDatabase database = new MemoryDatabase();
        return ResumableEngine.over(database, database)
                .register(Resumable.<String, String, MemoryTransaction>returning(
                        new OperationType("book-ride", 1),
                        Codecs.builtIn().of(String.class),
                        Codecs.builtIn().of(String.class),
                        (input, steps) -> input))
                .build();
    }

    private static List<String> expressions() {
        List<String> expressions = new ArrayList<>();
        JsonNode dashboard = JsonMapper.shared().readTree(Path.of("../../docs/monitoring/dashboard-application.json"));
        for (JsonNode panel : dashboard.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                expressions.add(target.path("expr").asString() + " "
                        + target.path("legendFormat").asString());
            }
        }
        return expressions;
    }

    /** What the pattern finds: its groups if it has any, and otherwise the whole. */
    private static Set<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(DashboardTest::found).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String found(MatchResult match) {
        for (int group = 1; group <= match.groupCount(); group++) {
            if (match.group(group) != null) {
                return match.group(group);
            }
        }
        return match.group();
    }
}
