package dev.reprise.conformance.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.conformance.CaseResult;
import dev.reprise.conformance.Profile;
import dev.reprise.conformance.Report;
import dev.reprise.conformance.TargetBuilder;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.reference.Fault;
import dev.reprise.conformance.reference.ReferenceServer;
import dev.reprise.conformance.reference.Settings;
import dev.reprise.conformance.reference.Targets;
import java.time.Duration;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The checker passes a correct server, and finds each fault where it is and nowhere else. A check mostly waits, so
 * several run at a time.
 */
@Execution(ExecutionMode.CONCURRENT)
class ReferenceTest {
    private static final Duration RETENTION = Duration.ofSeconds(4);

    /** Faults that show only where the server is set up in a special way. */
    private static final Set<Fault> RETENTION_FAULTS = Set.of(
            Fault.FORGETS_TOO_EARLY,
            Fault.NEVER_FORGETS,
            Fault.DOES_NOT_ADVERTISE_RETENTION,
            Fault.EXECUTES_WHAT_IT_HAS_FORGOTTEN);

    private static Report check(Settings settings, UnaryOperator<TargetBuilder> more) {
        try (ReferenceServer server = new ReferenceServer(settings)) {
            TargetBuilder target = Targets.of(server, settings.profile())
                    .rejectsDuplicates(settings.rejectsDuplicates())
                    .issuer(settings.issuesKeys() ? server.uri("/keys") : null)
                    .keyLifetime(settings.issuesKeys() ? ReferenceServer.KEY_LIFETIME : null);
            return ConformanceCheck.of(more.apply(target).build(), Targets.LIMITS)
                    .run(result -> {});
        }
    }

    private static void assertNoFindings(Report report) {
        assertThat(report.obstacle()).isNull();
        assertThat(report.results())
                .filteredOn(result -> result.failed() || result.verdict() instanceof Verdict.NotObservable)
                .filteredOn(result -> !result.id().equals("S12-timing"))
                .extracting(CaseResult::id, CaseResult::verdict)
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Profile.class,
            names = {"IETF", "STRIPE", "OASIS"})
    void a_correct_server_passes_everything_that_its_settings_allow(Profile profile) {
        // Times of first sending are in whole seconds.
        Duration retention = profile == Profile.OASIS ? RETENTION.multipliedBy(2) : RETENTION;
        Settings settings = Settings.of(profile, Fault.NONE).withRetention(retention);

        Report report = check(settings, target -> target.retention(retention));

        assertNoFindings(report);
        assertThat(report.results())
                .filteredOn(result -> result.verdict() instanceof Verdict.NotApplicable)
                .extracting(CaseResult::id)
                .containsExactlyInAnyOrder(
                        "S6-issued",
                        "S6-forged",
                        "S6-caller",
                        "S6-expired",
                        "S25-once",
                        "S25-rejects",
                        "S24-already-handled");
    }

    @ParameterizedTest
    @EnumSource(
            value = Profile.class,
            names = {"IETF", "STRIPE", "OASIS"})
    void a_correct_server_that_rejects_duplicates_and_issues_keys_passes(Profile profile) {
        assertNoFindings(check(Settings.of(profile, Fault.NONE).issuing(), target -> target));
        assertNoFindings(check(Settings.of(profile, Fault.NONE).rejecting(), target -> target));
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "ANSWERS_ALL_ALIKE", "NUMBERS_ITS_REFUSALS", "TAKES_ANY_KEY"})
    void each_fault_is_found_by_the_rule_that_it_breaks_and_by_no_other(Fault fault) {
        Settings settings = Settings.of(fault.profile(), fault);
        Report report = switch (fault) {
            case REPLAYS_WHAT_IT_SHOULD_REJECT -> check(settings.rejecting(), target -> target);
            case ACCEPTS_FORGED_KEYS, ACCEPTS_KEYS_OF_OTHERS, ACCEPTS_EXPIRED_KEYS ->
                check(settings.issuing(), target -> target);
            default ->
                RETENTION_FAULTS.contains(fault)
                        ? check(settings.withRetention(RETENTION), target -> target.retention(RETENTION))
                        : check(settings, target -> target);
        };

        assertThat(report.obstacle()).isNull();
        assertThat(report.results())
                .filteredOn(CaseResult::failed)
                .extracting(result -> result.rule() + " by " + result.id() + ": "
                        + result.verdict().remark())
                .isNotEmpty()
                .allMatch(failed -> failed.startsWith(fault.rule() + " by "));
    }
}
