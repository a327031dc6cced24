package dev.reprise.conformance.report;

import dev.reprise.conformance.CaseResult;
import dev.reprise.conformance.Report;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The report for programs. */
public final class JsonReport {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private JsonReport() {}

    /** The whole report as one JSON document. */
    public static String of(Report report) {
        return JSON.writeValueAsString(new Document(
                        report.subject(),
                        report.uri(),
                        report.kind(),
                        report.started().toString(),
                        report.took().toMillis(),
                        report.requests(),
                        report.obstacle(),
                        report.headline(),
                        report.observations(),
                        report.results().stream().map(JsonReport::entry).toList()))
                + "\n";
    }

    private static Entry entry(CaseResult result) {
        return new Entry(
                result.id(),
                result.rule(),
                result.level().label(),
                result.title(),
                result.verdict().label(),
                result.verdict().remark(),
                result.expected(),
                result.sources().stream()
                        .map(source -> new Cited(source.name(), source.uri()))
                        .toList(),
                result.exchanges(),
                result.took().toMillis());
    }

    private record Document(
            String subject,
            URI uri,
            String profile,
            String started,
            long millis,
            int requests,
            @Nullable String obstacle,
            @Nullable String headline,
            List<String> observations,
            List<Entry> cases) {}

    private record Entry(
            String id,
            String rule,
            String level,
            String title,
            String verdict,
            String remark,
            String expected,
            List<Cited> sources,
            List<CaseResult.Exchange> exchanges,
            long millis) {}

    private record Cited(String name, @Nullable URI uri) {}
}
