package dev.reprise.conformance.report;

import dev.reprise.conformance.Report;
import dev.reprise.conformance.Verdict.Fail;
import dev.reprise.conformance.Verdict.NotApplicable;
import dev.reprise.conformance.Verdict.NotObservable;
import dev.reprise.conformance.Verdict.Pass;

/** The sum of a report, in a sentence. */
final class Verdicts {
    private Verdicts() {}

    static String sum(Report report) {
        return report.count(Pass.class) + " passed, " + report.count(Fail.class) + " failed, "
                + report.count(NotApplicable.class) + " not applicable, " + report.count(NotObservable.class)
                + " not observable; " + report.requests() + " requests in "
                + Math.max(1, report.took().toSeconds()) + " s";
    }
}
