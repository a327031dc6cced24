package dev.reprise.examples.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.conformance.CaseResult;
import dev.reprise.conformance.CheckLimits;
import dev.reprise.conformance.EffectQuery;
import dev.reprise.conformance.Level;
import dev.reprise.conformance.Payload;
import dev.reprise.conformance.Report;
import dev.reprise.conformance.RequestVariant;
import dev.reprise.conformance.Target;
import dev.reprise.conformance.TargetBuilder;
import dev.reprise.conformance.Verdict.Pass;
import dev.reprise.conformance.check.ConformanceCheck;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The example under the checker that its readers run against their own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceTest {
    private static final CheckLimits LIMITS =
            new CheckLimits(500, Duration.ofMinutes(2), 10_000, 20, Duration.ofSeconds(10), 1 << 20);

    private final Running application = Running.start("--spring.datasource.hikari.maximum-pool-size=20");

    @AfterAll
    void stop() {
        application.close();
    }

    private TargetBuilder at(String path) {
        return Target.at(application.uri(path));
    }

    private EffectQuery counted(String pointer) {
        return new EffectQuery(application.uri("/demo/state"), pointer);
    }

    private static Payload json(String body) {
        return new Payload("application/json", body);
    }

    /** Checks that no {@code must} fails, and that these cases could be seen to hold. */
    private static void conforms(Target target, String... seen) {
        Report report = ConformanceCheck.of(target, LIMITS).run(result -> {});

        assertThat(report.obstacle()).isNull();
        assertThat(report.results())
                .filteredOn(result -> result.failed() && result.level() == Level.MUST)
                .isEmpty();
        assertThat(report.results())
                .filteredOn(result -> result.verdict() instanceof Pass)
                .extracting(CaseResult::id)
                .contains(List.of(seen).toArray(String[]::new));
    }

    @Test
    void a_transfer_is_made_once() {
        conforms(
                at("/transfers")
                        .body(json("{\"from\":\"alice\",\"to\":\"bob\",\"cents\":100}"))
                        .refused(RequestVariant.ofBody(json("{\"from\":\"alice\",\"to\":\"bob\",\"cents\":0}")))
                        .effects(counted("/transfers"))
                        .build(),
                "S7-once",
                "S7-answer",
                "S9-finished",
                "S10-mismatch",
                "S14-refusal",
                "S16-once",
                "S19-durable",
                "S20-cut-short");
    }

    @Test
    void a_card_is_charged_once() {
        conforms(
                at("/charges")
                        .body(json("{\"card\":\"visa\",\"cents\":100}"))
                        .effects(counted("/charges"))
                        .keyRequired(true)
                        .build(),
                "S7-once",
                "S7-answer",
                "S9-finished",
                "S10-mismatch",
                "S4-missing",
                "S16-once",
                "S19-durable",
                "S20-cut-short");
    }

    @Test
    void a_name_is_written_once() {
        conforms(
                at("/dns/www")
                        .method("PUT")
                        .body(new Payload("text/plain", "192.0.2.1"))
                        .otherBody(new Payload("text/plain", "192.0.2.2"))
                        .effects(counted("/changes"))
                        .build(),
                "S1-bare",
                "S2-open-quote",
                "S7-once",
                "S7-answer",
                "S9-finished",
                "S10-mismatch",
                "S16-once",
                "S19-durable",
                "S20-cut-short");
    }

    /** It has no body, so that there is none for the same key, either. */
    @Test
    void a_name_is_deleted_once() {
        conforms(
                at("/dns/www").method("DELETE").effects(counted("/changes")).build(),
                "S1-bare",
                "S2-open-quote",
                "S7-once",
                "S7-answer",
                "S16-once",
                "S19-durable");
    }
}
