package dev.reprise.conformance.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.conformance.Level;
import dev.reprise.conformance.Profile;
import dev.reprise.conformance.check.ConformanceCheck;
import dev.reprise.conformance.reference.Fault;
import dev.reprise.conformance.reference.ReferenceServer;
import dev.reprise.conformance.reference.Settings;
import dev.reprise.conformance.reference.Targets;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;

class ConformanceTestsTest {
    private static List<DynamicTest> tests(Fault fault, Level level) {
        try (ReferenceServer server = new ReferenceServer(Settings.of(Profile.IETF, fault))) {
            var target = Targets.of(server, Profile.IETF).slow(null).secondCredential(null);
            return ConformanceTests.of(ConformanceCheck.of(target.build(), Targets.LIMITS), level)
                    .toList();
        }
    }

    private static DynamicTest named(List<DynamicTest> tests, String id) {
        return tests.stream()
                .filter(test -> test.getDisplayName().startsWith(id + " "))
                .findFirst()
                .orElseThrow();
    }

    /** By its name: the type is of a library that comes with JUnit and is not declared here. */
    private static void isSkip(Throwable failure) {
        assertThat(failure.getClass().getSimpleName()).isEqualTo("TestAbortedException");
    }

    @Test
    void a_finding_fails_its_test_a_pass_passes_and_what_does_not_apply_is_skipped_with_its_reason() {
        List<DynamicTest> tests = tests(Fault.COMPARES_NO_BODY, Level.MUST);

        assertThatThrownBy(named(tests, "S9-finished").getExecutable()::execute)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("instead of a refusal");
        assertThatCode(named(tests, "S7-once").getExecutable()::execute).doesNotThrowAnyException();
        assertThatThrownBy(named(tests, "S8-running").getExecutable()::execute)
                .satisfies(ConformanceTestsTest::isSkip)
                .hasMessageContaining("--slow-header");
    }

    @Test
    void a_finding_below_the_level_is_skipped_and_says_so() {
        assertThatThrownBy(named(tests(Fault.DOES_NOT_MARK_REPLAYS, Level.MUST), "S17-marked")
                        .getExecutable()::execute)
                .satisfies(ConformanceTestsTest::isSkip)
                .hasMessageContaining("ours: The replay has no Idempotent-Replayed");
        assertThatThrownBy(named(tests(Fault.DOES_NOT_MARK_REPLAYS, Level.OURS), "S17-marked")
                        .getExecutable()::execute)
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void a_target_that_cannot_be_checked_is_one_failing_test() {
        ReferenceServer gone = new ReferenceServer(Settings.of(Profile.IETF, Fault.NONE));
        gone.close();
        List<DynamicTest> tests = ConformanceTests.of(
                        ConformanceCheck.of(Targets.of(gone, Profile.IETF).build(), Targets.LIMITS), Level.MUST)
                .toList();

        assertThat(tests).hasSize(1);
        assertThatThrownBy(tests.getFirst().getExecutable()::execute).hasMessageContaining("does not answer");
    }
}
