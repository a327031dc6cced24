package dev.reprise.conformance.check;

import dev.reprise.conformance.CaseResult;
import dev.reprise.conformance.CheckLimits;
import dev.reprise.conformance.Report;
import dev.reprise.conformance.Target;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.Verdict.Fail;
import dev.reprise.conformance.Verdict.NotApplicable;
import dev.reprise.conformance.Verdict.NotObservable;
import dev.reprise.conformance.wire.Wire;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Checks from outside whether an HTTP API keeps the rules of {@code docs/semantics.md} that can be seen.
 *
 * <p>It executes the ordinary request many times, so the target belongs to a test system. It sends what the target says
 * and nothing else, within the limits; it never follows redirects. Immutable and thread-safe; every run is a check of
 * its own.
 */
public final class ConformanceCheck {
    private final Target target;
    private final CheckLimits limits;
    private final SSLSocketFactory tls;
    private final RandomGenerator random;
    private final InstantSource clock;
    private final List<Case> cases;

    /**
     * A check of that target.
     *
     * @param tls whom to trust where the target speaks TLS
     * @param random where keys come from: they must never have been used
     */
    public ConformanceCheck(
            Target target, CheckLimits limits, SSLSocketFactory tls, RandomGenerator random, InstantSource clock) {
        this.target = target;
        this.limits = limits;
        this.tls = tls;
        this.random = random;
        this.clock = clock;
        this.cases = Cases.of(target.profile());
    }

    /** A check with random keys, the system's clock, and the JDK's trust. */
    public static ConformanceCheck of(Target target, CheckLimits limits) {
        return new ConformanceCheck(
                target,
                limits,
                (SSLSocketFactory) SSLSocketFactory.getDefault(),
                new SecureRandom(),
                InstantSource.system());
    }

    /** What {@link #run} would do; sends nothing. */
    public CheckPlan plan() {
        return new CheckPlan(
                Summary.of(target, limits),
                cases.stream()
                        .map(planned -> CheckPlan.step(planned, planned.inapplicable(target)))
                        .toList());
    }

    /**
     * Runs all cases, one after the other.
     *
     * @param progress gets each case when it ends
     */
    public Report run(Consumer<CaseResult> progress) {
        return run(observation -> {}, progress);
    }

    /**
     * Runs all cases, one after the other.
     *
     * @param observations gets what the first requests showed, before the first case is judged
     * @param progress gets each case when it ends
     */
    public Report run(Consumer<String> observations, Consumer<CaseResult> progress) {
        Instant started = clock.instant();
        Budget budget = new Budget(limits);
        try (Wire wire = new Wire(
                tls,
                limits.perRequest(),
                limits.responseBytes(),
                WireProfile.of(target.profile()).form())) {
            Session session = new Session(target, limits, wire, budget, random, clock);
            Optional<String> obstacle = new Baseline(session).obstacle();
            session.observations().forEach(observations);
            List<CaseResult> results = new ArrayList<>();
            if (obstacle.isEmpty()) {
                for (Case next : cases) {
                    CaseResult result = run(next, session, results);
                    results.add(result);
                    progress.accept(result);
                }
            }
            return new Report(
                    target.uri().toString(),
                    target.uri(),
                    target.profile(),
                    started,
                    budget.elapsed(),
                    budget.used(),
                    obstacle.orElse(null),
                    headline(results),
                    session.observations(),
                    results);
        }
    }

    private CaseResult run(Case next, Session session, List<CaseResult> before) {
        Duration start = session.budget().elapsed();
        Probe probe = new Probe(session);
        Verdict verdict = next.inapplicable(target)
                .<Verdict>map(NotApplicable::new)
                .or(() -> blocked(next, before))
                .orElseGet(() -> judge(next, probe));
        return new CaseResult(
                next.id(),
                next.rule(),
                next.level(),
                next.title(),
                next.expected(),
                next.sources(),
                probe.notes(),
                verdict,
                session.budget().elapsed().minus(start));
    }

    /** A rule that is broken makes those that build on it unobservable, so that each fault is reported once. */
    private static Optional<Verdict> blocked(Case next, List<CaseResult> before) {
        return before.stream()
                .filter(result -> next.after().contains(result.id()))
                .<Optional<Verdict>>map(result -> switch (result.verdict()) {
                    case Fail ignored -> Optional.of(new NotObservable("Needs " + result.id() + ", which failed"));
                    case NotObservable ignored
                    when isFoundation(result) ->
                        Optional.of(new NotObservable("Needs " + result.id() + ", which was not observable"));
                    default -> Optional.empty();
                })
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static boolean isFoundation(CaseResult result) {
        return result.id().equals("S7-once");
    }

    private static Verdict judge(Case next, Probe probe) {
        try {
            return next.script().run(probe);
        } catch (NoAnswerException e) {
            return e.isOurLimit()
                    ? new NotObservable(e.getMessage() + "; allow more with --max-response")
                    : new Fail("No answer: " + e.getMessage());
        } catch (LimitReachedException | SettingsException e) {
            return new NotObservable(String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable String headline(List<CaseResult> results) {
        return results.stream().anyMatch(result -> result.id().equals("S7-once") && result.failed())
                ? "This endpoint is not idempotent: the same request with the same key was executed more than once."
                : null;
    }
}
