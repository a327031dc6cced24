package dev.reprise.conformance.command;

import dev.reprise.conformance.Level;
import dev.reprise.conformance.Report;
import dev.reprise.conformance.report.HtmlReport;
import dev.reprise.conformance.report.JsonReport;
import dev.reprise.conformance.report.JunitXmlReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What counts as a finding, and where reports go. */
final class ReportOptions {
    private static final int FINDINGS = 1;
    private static final int NOT_CHECKABLE = 3;

    @Option(
            names = "--level",
            paramLabel = "LEVEL",
            converter = Converters.LevelName.class,
            defaultValue = "must",
            description = "Which findings count: must, should or ours. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Level level;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the report as JSON, too.")
    private @Nullable Path json;

    @Option(names = "--junit", paramLabel = "FILE", description = "Write the report as the XML of JUnit, too.")
    private @Nullable Path junit;

    @Option(names = "--html", paramLabel = "FILE", description = "Write the report as one HTML page, too.")
    private @Nullable Path html;

    /** Writes the reports that are asked for, and returns the exit code. */
    int write(Report report, CommandLine command) {
        write(json, () -> JsonReport.of(report), command);
        write(junit, () -> JunitXmlReport.of(report, level), command);
        write(html, () -> HtmlReport.of(report), command);
        if (report.obstacle() != null) {
            return NOT_CHECKABLE;
        }
        return report.findings(level).isEmpty() ? 0 : FINDINGS;
    }

    private static void write(@Nullable Path file, Supplier<String> content, CommandLine command) {
        if (file == null) {
            return;
        }
        try {
            Files.writeString(file, content.get());
        } catch (IOException e) {
            throw new ParameterException(command, "The report cannot be written to " + file + ": " + e.getMessage(), e);
        }
    }
}
