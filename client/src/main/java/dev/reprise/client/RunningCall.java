package dev.reprise.client;

import dev.reprise.client.spi.AttemptResult;
import dev.reprise.client.spi.AttemptResult.Answered;
import dev.reprise.client.spi.Evidence;
import dev.reprise.client.spi.NextStep;
import dev.reprise.client.spi.NextStep.Again;
import dev.reprise.client.spi.NextStep.Done;
import dev.reprise.client.spi.RequestTraits;
import dev.reprise.client.spi.ResponseView;
import dev.reprise.client.spi.RetryAfter;
import dev.reprise.client.spi.RetryCall;
import dev.reprise.client.spi.RetryDecision;
import dev.reprise.client.spi.RetryDecision.Next;
import dev.reprise.client.spi.RetryableRequest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One call with all its attempts: knows after each of them whether there is another, and when. Made by {@link CallStart#begin}.
 * Thread-safe, as an attempt may get its answer while its caller leaves.
 */
final class RunningCall implements RetryCall {
    private static final String RETENTION = "Idempotency-Retention";

    private final Retries retries;
    private final RetryableRequest request;
    private final KeyedRequest keyed;
    private final RequestTraits traits;
    private final EffectTracker effect;
    private final long started;
    private final List<Duration> waits = new ArrayList<>(1);
    private long retention;
    /** Whether the server has said how long that is. */
    private boolean limited;

    private long notBefore;
    private int attempts;
    private boolean out;
    private boolean usedUp;
    private boolean replayed;
    /** How it has ended for a reason outside of it, so that nothing that comes later follows from anything. */
    private @Nullable RetryReport abandoned;
    /** Whether listeners know that it has ended. */
    private boolean announced;
    /** What the last attempt says, if its answer is one to the request itself. */
    private Evidence claimed = Evidence.NOT_SENT;

    /** @param started when the caller began to wait, in ticks of the retries */
    RunningCall(Retries retries, RetryableRequest request, KeyedRequest keyed, long started) {
        this.retries = retries;
        this.request = request;
        this.keyed = keyed;
        this.traits = new RequestTraits(request.method(), keyed.key() != null);
        this.effect = new EffectTracker(traits);
        this.started = started;
        this.retention = policy().retention().toNanos();
        ResumedOperation begun = request.begun();
        if (begun != null && begun.open()) {
            effect.add(Evidence.UNKNOWN);
            Duration age = Duration.between(begun.firstSent(), retries.now());
            Duration left = policy().retention().minus(age.isNegative() ? Duration.ZERO : age);
            this.retention = left.isNegative() ? 0 : left.toNanos();
        }
    }

    /** Whether an earlier attempt may have been executed and the server have forgotten it, so that nothing is sent (C7). */
    boolean forgotten() {
        return retention == 0;
    }

    @Override
    public URI uri() {
        return keyed.uri();
    }

    @Override
    public Map<String, String> fields() {
        return keyed.fields();
    }

    /** Begins an attempt, and returns how long it may take (C5). */
    synchronized Duration attempt() {
        attempts++;
        out = true;
        return Duration.ofNanos(
                Math.clamp(left(), 1_000_000, policy().attemptTimeout().toNanos()));
    }

    /** How long an attempt may go without an answer before it is hedged; empty if this request is not to be. */
    Optional<Duration> hedgeAfter() {
        return Optional.ofNullable(policy().hedgeAfter())
                .filter(after -> request.repeatable() && (traits.keyed() || !traits.keyable()));
    }

    /** Begins an attempt beside the one that is out, and returns how long it may take; empty if there can be none. */
    synchronized Optional<Duration> hedge() {
        boolean possible = abandoned == null
                && !late()
                && attempts < policy().maxAttempts()
                && (!traits.keyed() || elapsed() < retention)
                && retries.budgets().spend(host());
        if (!possible) {
            return Optional.empty();
        }
        Duration limit = attempt();
        Duration after = hedgeAfter().orElseThrow();
        retries.tell(() -> new RetryEvent.Hedging(request.uri(), traits, attempts, after));
        return Optional.of(limit);
    }

    /** Whether a wait has lasted so much longer than it should that the deadline is over (C5). */
    boolean late() {
        return left() <= 0;
    }

    /** {@inheritDoc} Until its body is there, the attempt may still {@link #failed fail}. */
    @Override
    public synchronized NextStep answered(ResponseView answer) {
        if (abandoned != null) {
            return new Done(abandoned);
        }
        Answered result = result(answer);
        return decide(decision(result), result);
    }

    /**
     * The answer is there whole, and so it is known whether a redirect was followed on the way to it.
     *
     * @param expected what was decided when it began
     * @param divertedBy as in {@link ResponseView#divertedBy}
     */
    synchronized NextStep confirmed(NextStep expected, OptionalInt divertedBy) {
        if (abandoned != null) {
            return new Done(abandoned);
        }
        effect.correct(divertedBy.isPresent() ? Statuses.evidence(divertedBy.getAsInt()) : claimed);
        replayed &= divertedBy.isEmpty();
        return expected instanceof Done(RetryReport report) ? done(report.stop()) : expected;
    }

    /** The attempt failed. */
    synchronized NextStep failed(AttemptResult failure) {
        return abandoned != null ? new Done(abandoned) : decide(decision(failure), failure);
    }

    /**
     * One of two attempts got an answer while the other is out: the next step, if it ends the call and the other is to be
     * cancelled; empty if the other goes on alone. No 409 about a key ends it, as it may be about the other.
     */
    synchronized Optional<NextStep> answeredFirst(ResponseView answer) {
        if (abandoned != null) {
            return Optional.empty();
        }
        Answered result = result(answer);
        RetryDecision decision = decision(result);
        if (decision.next() == Next.STOP && !(traits.keyed() && answer.status() == 409)) {
            effect.add(Evidence.UNKNOWN);
            return Optional.of(decide(decision, result));
        }
        effect.add(isProvisional(result) ? Evidence.UNKNOWN : decision.evidence());
        Duration until = floor(result).plusNanos(elapsed());
        notBefore = until.compareTo(policy().deadline()) < 0
                ? until.toNanos()
                : policy().deadline().toNanos();
        return Optional.empty();
    }

    /** One of two attempts failed while the other is out, which goes on alone. */
    synchronized void failedFirst(AttemptResult failure) {
        if (abandoned == null) {
            effect.add(decision(failure).evidence());
        }
    }

    /**
     * The call ends for a reason outside of it, and this is how it went. Of an attempt that is out nobody will know what
     * became of it.
     */
    synchronized RetryReport abandoned(StopReason stop) {
        if (abandoned == null) {
            if (out) {
                effect.add(Evidence.UNKNOWN);
            }
            abandoned = report(stop);
        }
        return abandoned;
    }

    /** Announces to listeners that the call has ended, once. */
    synchronized void ended(boolean answered, RetryReport report) {
        if (!announced) {
            announced = true;
            retries.tell(() -> new RetryEvent.Ended(request.uri(), traits, answered, report));
        }
    }

    RetryableRequest request() {
        return request;
    }

    @Override
    public boolean wantsReason(int status) {
        return traits.keyed()
                && switch (status) {
                    case 409 -> true;
                    case 400, 422 -> effect.uncertain();
                    default -> false;
                };
    }

    @Override
    public synchronized void bodyIsUsedUp() {
        usedUp = true;
    }

    private Answered result(ResponseView answer) {
        answer.field(RETENTION).filter(seconds -> seconds.matches("\\d{1,9}")).ifPresent(this::shortenRetention);
        boolean recorded = answer.divertedBy().isEmpty()
                && answer.field(retries.profile().replayed())
                        .filter("true"::equalsIgnoreCase)
                        .isPresent();
        return new Answered(answer, recorded);
    }

    private RetryDecision decision(AttemptResult result) {
        return policy().rule().decide(Classification.of(traits, result), traits, result);
    }

    private NextStep decide(RetryDecision decision, AttemptResult result) {
        claimed = decision.evidence();
        effect.add(isProvisional(result) ? Evidence.UNKNOWN : claimed);
        out = false;
        replayed = result instanceof Answered answer && answer.replayed();
        if (decision.next() == Next.STOP) {
            if (result instanceof Answered answered && answered.answer().status() < 500) {
                retries.budgets().succeeded(host());
            }
            return done(StopReason.FINAL);
        }
        Duration previous = waits.isEmpty() ? Duration.ZERO : waits.getLast();
        Duration wait = floor(result).plus(policy().backoff().delay(waits.size(), previous, retries.random()));
        Optional<StopReason> obstacle = obstacle(decision.next(), wait);
        if (obstacle.isPresent()) {
            return done(obstacle.get());
        }
        waits.add(wait);
        retries.tell(() -> new RetryEvent.Retrying(request.uri(), traits, attempts, result, wait));
        return new Again(wait);
    }

    private static boolean isProvisional(AttemptResult result) {
        return result instanceof Answered answered
                && answered.answer() instanceof HttpAnswer answer
                && !answer.direct();
    }

    private Optional<StopReason> obstacle(Next next, Duration wait) {
        if (usedUp || !request.repeatable()) {
            return Optional.of(StopReason.UNREPEATABLE_BODY);
        }
        if (attempts >= policy().maxAttempts()) {
            return Optional.of(StopReason.ATTEMPTS);
        }
        Duration then = wait.plusNanos(elapsed());
        if (then.compareTo(policy().deadline()) >= 0) {
            return Optional.of(StopReason.DEADLINE);
        }
        if (traits.keyed() && then.toNanos() >= retention) {
            return Optional.of(StopReason.RETENTION);
        }
        return next == Next.RETRY && !retries.budgets().take(host())
                ? Optional.of(StopReason.BUDGET)
                : Optional.empty();
    }

    /** When the server asks to wait, in this answer or in one that was put aside for it. */
    private Duration floor(AttemptResult result) {
        Duration wanted = result instanceof Answered answered
                ? answered.answer()
                        .field("Retry-After")
                        .flatMap(value -> RetryAfter.parse(value, retries.now()))
                        .orElse(Duration.ZERO)
                : Duration.ZERO;
        Duration before = Duration.ofNanos(notBefore - elapsed());
        return wanted.compareTo(before) < 0 ? before : wanted;
    }

    private void shortenRetention(String seconds) {
        limited = true;
        retention = Math.min(
                retention,
                elapsed() + Duration.ofSeconds(Long.parseLong(seconds)).toNanos());
    }

    private Done done(StopReason stop) {
        return new Done(report(stop));
    }

    private RetryReport report(StopReason stop) {
        Duration remembered = limited ? Duration.ofNanos(Math.max(0, retention - elapsed())) : null;
        return new RetryReport(attempts, waits, replayed, effect.certainty(), stop, keyed.key(), remembered);
    }

    private long left() {
        return policy().deadline().toNanos() - elapsed();
    }

    private long elapsed() {
        return retries.ticks() - started;
    }

    private RetryPolicy policy() {
        return retries.policy();
    }

    private String host() {
        return String.valueOf(request.uri().getAuthority());
    }
}
