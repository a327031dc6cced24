package dev.reprise.conformance.junit;

import dev.reprise.conformance.CaseResult;
import dev.reprise.conformance.Level;
import dev.reprise.conformance.Report;
import dev.reprise.conformance.Verdict.Fail;
import dev.reprise.conformance.Verdict.NotApplicable;
import dev.reprise.conformance.Verdict.NotObservable;
import dev.reprise.conformance.Verdict.Pass;
import dev.reprise.conformance.check.ConformanceCheck;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/**
 * A check as tests of JUnit 5 and later, one for each case; return it from a method with {@code @TestFactory}.
 *
 * <p>The check runs when the method is called, so the server must stand by then. A case that is not applicable or not
 * observable is skipped with its reason, and so is a finding that the level does not include.
 */
public final class ConformanceTests {
    private ConformanceTests() {}

    /**
     * Runs the check and returns its cases as tests.
     *
     * @param level which findings fail
     */
    public static Stream<DynamicTest> of(ConformanceCheck check, Level level) {
        Report report = check.run(result -> {});
        String obstacle = report.obstacle();
        if (obstacle != null) {
            return Stream.of(DynamicTest.dynamicTest("The target can be checked", () -> Assertions.fail(obstacle)));
        }
        return report.results().stream()
                .map(result -> DynamicTest.dynamicTest(result.id() + " " + result.title(), () -> tell(result, level)));
    }

    private static void tell(CaseResult result, Level level) {
        switch (result.verdict()) {
            case Pass ignored -> {}
            case Fail fail -> {
                if (level.includes(result.level())) {
                    Assertions.fail(story(result));
                } else {
                    Assumptions.abort(result.level().label() + ": " + fail.complaint());
                }
            }
            case NotApplicable verdict -> Assumptions.abort("not applicable: " + verdict.why());
            case NotObservable verdict -> Assumptions.abort("not observable: " + verdict.why());
        }
    }

    private static String story(CaseResult result) {
        return result.verdict().remark() + "\nExpected: " + result.expected() + "\n"
                + result.exchanges().stream()
                        .map(exchange -> "Sent: " + exchange.sent() + "\nCame: " + exchange.came())
                        .collect(Collectors.joining("\n"));
    }
}
