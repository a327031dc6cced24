package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.conformance.CaseResult;
import dev.reprise.conformance.CheckLimits;
import dev.reprise.conformance.EffectQuery;
import dev.reprise.conformance.Field;
import dev.reprise.conformance.Level;
import dev.reprise.conformance.Payload;
import dev.reprise.conformance.Profile;
import dev.reprise.conformance.Report;
import dev.reprise.conformance.RequestVariant;
import dev.reprise.conformance.Target;
import dev.reprise.conformance.Verdict.Pass;
import dev.reprise.conformance.check.ConformanceCheck;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The gateway under the checker that its users run against their own services. Mostly waits, so several run
 * at a time.
 */
@Execution(ExecutionMode.CONCURRENT)
class ConformanceTest {
    private static final CheckLimits LIMITS =
            new CheckLimits(1000, Duration.ofMinutes(2), 10_000, 50, Duration.ofSeconds(10), 1 << 20);
    /** Longer than a busy machine stops, since all cases look at the same time whether it is still under way. */
    private static final long SLOW_MILLIS = 3_000;

    private static final String ORIGIN = "https://shop.example";

    @TempDir
    private Path folder;

    private final TestService service = new TestService();
    private final TestService authorization = new TestService();
    private final AtomicInteger effects = new AtomicInteger();

    @BeforeEach
    void behave() {
        service.behave((request, body) -> {
            if (request.method().name().equals("POST") && "slow".equals(request.getHeader("Test-Variant"))) {
                Vertx.currentContext().owner().setTimer(SLOW_MILLIS, timer -> answer(request));
            } else {
                answer(request);
            }
        });
        authorization.behave((request, body) -> {
            String caller = String.valueOf(request.getHeader("Authorization"));
            request.response()
                    .setStatusCode(caller.equals("Bearer alice") || caller.equals("Bearer bob") ? 200 : 401)
                    .end();
        });
    }

    @AfterEach
    void stop() {
        service.close();
        authorization.close();
    }

    private void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (request.getHeader("Origin") != null) {
            response.putHeader("Access-Control-Allow-Origin", ORIGIN);
        }
        String variant = String.valueOf(request.getHeader("Test-Variant"));
        switch (request.method().name()) {
            case "POST" -> {
                if (variant.equals("refused")) {
                    response.setStatusCode(402).end("The card was declined");
                } else {
                    charge(response, effects.incrementAndGet(), variant);
                }
            }
            case "OPTIONS" ->
                response.putHeader("Access-Control-Allow-Headers", "content-type")
                        .end();
            default -> response.putHeader("Content-Type", "application/json").end(Integer.toString(effects.get()));
        }
    }

    private static void charge(HttpServerResponse response, int id, String variant) {
        response.setStatusCode(variant.equals("failing") ? 500 : 201)
                .putHeader("Content-Type", "application/json")
                .putHeader("Location", "/charges/" + id)
                .putHeader("ETag", "\"" + id + "\"")
                .putHeader("X-Custom", "custom " + id)
                .putHeader("Set-Cookie", "session=" + id)
                .putHeader("X-Request-Id", "req_" + id)
                .end("{\"charge\":" + id + ",\"note\":\"" + (variant.equals("large") ? "x".repeat(20_000) : "")
                        + "\"}");
    }

    /** What the gateway is set to. The last two change more than the checker can ask for in one run. */
    enum Setting {
        IETF(Profile.IETF, "S6-issued S6-forged S6-caller S6-expired S25-once S25-rejects S24-already-handled"),
        STRIPE(Profile.STRIPE, "S6-issued S6-forged S6-caller S6-expired S25-once S25-rejects S24-already-handled"),
        OASIS(Profile.OASIS, "S6-issued S6-forged S6-caller S6-expired S25-once S25-rejects S24-already-handled"),
        ACP(Profile.ACP, "S6-issued S6-forged S6-caller S6-expired S25-once S25-rejects S24-already-handled"),
        ADCP(
                Profile.ADCP,
                "S6-issued S6-forged S6-caller S6-expired S25-once S25-rejects S24-already-handled S23-kept"),
        ISSUED_KEYS(
                Profile.IETF,
                "S6-expired S12-caller S12-mismatch S25-once S25-rejects S24-already-handled S23-kept S23-expires"),
        /** Without a replay there is little to see of most rules. */
        REJECTED_DUPLICATES(
                Profile.IETF,
                "S7-once S7-answer S17-marked S17-first S18-result S18-others S18-date S18-cookie S18-ids S1-bare "
                        + "S1-parameters S3-name S3-key S6-issued S6-forged S6-caller S6-expired S10-in-progress S10-mismatch S13-absent "
                        + "S13-revoked S14-refusal S21-large S21-omitted S19-durable S23-kept S26-readable "
                        + "S26-exposed");

        private final Profile profile;
        private final String notApplicable;

        Setting(Profile profile, String notApplicable) {
            this.profile = profile;
            this.notApplicable = notApplicable;
        }

        /** Times of first sending are in whole seconds. */
        private @Nullable Duration retention() {
            return switch (this) {
                case IETF, STRIPE, ACP, REJECTED_DUPLICATES -> Duration.ofSeconds(5);
                case OASIS -> Duration.ofSeconds(8);
                // An issued key expires before its record does, and one protocol permits no hour so short.
                case ISSUED_KEYS, ADCP -> null;
            };
        }

        /** What the protocols of agents demand, and what nobody gets unasked (S15). */
        private String effects() {
            return switch (this) {
                case ACP -> "    effects: {none: [401, 403, 405, 408, 413, 415, 421, 425, 429, 5xx]}";
                case ADCP -> "    effects: {none: [3xx, 4xx, 5xx]}";
                case IETF, STRIPE, OASIS, ISSUED_KEYS, REJECTED_DUPLICATES -> "";
            };
        }
    }

    private String yaml(Setting setting) throws IOException {
        Path secret = PrivateFile.write(folder.resolve("keys.secret"), "x".repeat(32));
        boolean issued = setting == Setting.ISSUED_KEYS;
        return String.join(
                "\n",
                "upstream: http://127.0.0.1:" + service.port(),
                "authorization: {url: 'http://127.0.0.1:" + authorization.port() + "/check'}",
                "cors: {origins: ['" + ORIGIN + "']}",
                issued ? "issued-keys: {secrets: ['" + secret + "'], validity: 20s}" : "",
                "routes:",
                "  - path: /charges",
                "    profile: " + setting.profile.name().toLowerCase(Locale.ROOT),
                "    require-key: true",
                "    max-wait: 0s",
                setting.retention() == null
                        ? ""
                        : "    retention: " + setting.retention().toSeconds() + "s",
                setting.effects(),
                "    max-response-body: 10KiB",
                issued ? "    issue-keys-at: /keys" : "",
                setting == Setting.REJECTED_DUPLICATES ? "    duplicates: reject" : "",
                "");
    }

    private Report check(Setting setting) throws IOException {
        return check(setting, setting.profile);
    }

    private Report check(Setting setting, Profile profile) throws IOException {
        try (GatewayFixture gateway = new GatewayFixture(folder, yaml(setting))) {
            String origin = "http://127.0.0.1:" + gateway.port();
            URI uri = URI.create(origin + "/charges");
            boolean issued = setting == Setting.ISSUED_KEYS;
            Target target = Target.at(uri)
                    .profile(profile)
                    .issuer(issued ? URI.create(origin + "/keys") : null)
                    .rejectsDuplicates(setting == Setting.REJECTED_DUPLICATES)
                    .unsupportedMethod(setting == Setting.OASIS ? "DELETE" : null)
                    .body(new Payload("application/json", "{\"amount\":1000}"))
                    .credential(new Field("Authorization", "Bearer alice"))
                    .secondCredential(new Field("Authorization", "Bearer bob"))
                    .revokedCredential(new Field("Authorization", "Bearer mallory"))
                    .effects(new EffectQuery(uri, ""))
                    .keyRequired(true)
                    .slow(RequestVariant.ofField("Test-Variant", "slow"))
                    .refused(RequestVariant.ofField("Test-Variant", "refused"))
                    .failing(RequestVariant.ofField("Test-Variant", "failing"))
                    .large(RequestVariant.ofField("Test-Variant", "large"))
                    .origin(ORIGIN)
                    .retention(setting.retention())
                    .build();
            return ConformanceCheck.of(target, LIMITS).run(result -> {});
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_gateway_passes_every_case_that_its_settings_allow(Setting setting) throws Exception {
        Report report = check(setting);

        assertThat(report.obstacle()).isNull();
        assertThat(report.results())
                .filteredOn(result -> !(result.verdict() instanceof Pass))
                // Other machines have other work to do, and then nothing can be said about times.
                .filteredOn(result -> !result.id().equals("S12-timing") || result.failed())
                .as(() -> unexpected(report, setting))
                .extracting(CaseResult::id)
                .containsExactlyInAnyOrder(setting.notApplicable.split(" ", -1));
    }

    @Test
    void a_gateway_of_another_profile_fails_what_the_protocol_demands() throws Exception {
        Report report = check(Setting.IETF, Profile.ACP);

        assertThat(report.results())
                .filteredOn(CaseResult::failed)
                .filteredOn(result -> result.level() == Level.MUST)
                .extracting(CaseResult::id)
                .contains("S11-equal", "S15-fresh", "S17-echo", "S24-missing-key", "S24-mismatch");
    }

    private static String unexpected(Report report, Setting setting) {
        return report.results().stream()
                .filter(result -> !(result.verdict() instanceof Pass))
                .filter(result -> !setting.notApplicable.contains(result.id()))
                .map(result -> result.id() + ": " + result.verdict())
                .collect(Collectors.joining("; "));
    }
}
