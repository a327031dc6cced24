package dev.reprise.conformance.command;

import dev.reprise.conformance.CheckLimits;
import dev.reprise.conformance.Report;
import dev.reprise.conformance.Target;
import dev.reprise.conformance.check.CheckPlan;
import dev.reprise.conformance.check.ConformanceCheck;
import dev.reprise.conformance.report.TextReport;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks an idempotent API from outside; a subcommand for any command line made with picocli. */
@Command(
        name = "check",
        description = {
            "Checks from outside whether an HTTP API keeps its promises about idempotency keys.",
            "The request is executed many times: point it at a test system."
        },
        sortOptions = false,
        abbreviateSynopsis = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing was found at the level",
            "1:there are findings",
            "2:the command line is not understood",
            "3:the target cannot be checked; the last line says why"
        },
        footerHeading = "%nMore in docs/check.md. Options may come from a file: reprise check @FILE%n")
public final class CheckCommand implements Callable<Integer> {
    @Parameters(paramLabel = "URL", converter = Converters.Url.class, description = "The endpoint to check.")
    @SuppressWarnings("NullAway.Init")
    private URI url;

    @ArgGroup(exclusive = false, validate = false, heading = "%nThe target:%n")
    private TargetOptions target = new TargetOptions();

    @ArgGroup(exclusive = false, validate = false, heading = "%nThe limits:%n")
    private LimitOptions limits = new LimitOptions();

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            description = "Certificates in PEM to trust instead of the usual ones.")
    private @Nullable Path trust;

    @Option(names = "--dry-run", description = "Says what would be sent, and sends nothing.")
    private boolean dryRun;

    @ArgGroup(exclusive = false, validate = false, heading = "%nThe report:%n")
    private ReportOptions reports = new ReportOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** Checks, prints, and returns the exit code. */
    @Override
    public Integer call() {
        ConformanceCheck check = check();
        PrintWriter out = spec.commandLine().getOut();
        CheckPlan plan = check.plan();
        plan.summary().forEach(out::println);
        out.println("Runs      " + plan.running() + " of " + plan.steps().size() + " cases");
        out.println();
        out.flush();
        if (dryRun) {
            plan.steps()
                    .forEach(step -> out.println(step.id() + "  " + step.title()
                            + (step.obstacle() == null ? "" : "\n    not applicable: " + step.obstacle())));
            out.println("\nNothing was sent.");
            return 0;
        }
        int idWidth =
                plan.steps().stream().mapToInt(step -> step.id().length()).max().orElse(0);
        TextReport text = new TextReport(spec.usageMessage().width(), Ansi.AUTO.enabled(), idWidth);
        Report report = check.run(seen -> out.println("Saw       " + seen + "\n"), result -> {
            out.println(text.line(result));
            out.flush();
        });
        out.print(text.end(report));
        out.flush();
        return reports.write(report, spec.commandLine());
    }

    private ConformanceCheck check() {
        try {
            Target described = target.target(url);
            CheckLimits bounds = limits.limits();
            return new ConformanceCheck(
                    described, bounds, Trust.factory(trust), new SecureRandom(), InstantSource.system());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
