package dev.reprise.client;

import dev.reprise.client.AttemptResult.Answered;
import dev.reprise.client.Judgement.Next;
import dev.reprise.client.Verdict.Again;
import dev.reprise.client.Verdict.Done;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call with all its attempts: knows after each of them whether there is another, and when. Made by {@link
 * Retries#begin}; its methods are called one after the other, on any thread.
 */
public final class RetryCall {
    private static final String RETENTION = "Idempotency-Retention";

    private final Retries retries;
    private final RetryPolicy policy;
    private final Outgoing request;
    private final KeyedRequest keyed;
    private final Asked asked;
    private final Certainties certainties;
    private final long started;
    private final List<Duration> waits = new ArrayList<>(1);
    private long retention;
    private int attempts;
    private boolean replayed;

    RetryCall(Retries retries, Outgoing request, KeyedRequest keyed) {
        this.retries = retries;
        this.policy = retries.policy();
        this.request = request;
        this.keyed = keyed;
        this.asked = new Asked(request.method(), keyed.key() != null);
        this.certainties = new Certainties(asked);
        this.started = retries.ticks();
        Begun begun = request.begun();
        if (begun == null) {
            this.retention = policy.retention().toNanos();
        } else {
            this.retention = policy.retention()
                    .minus(Duration.between(begun.firstSent(), retries.now()))
                    .toNanos();
            if (begun.open()) {
                certainties.add(Evidence.UNKNOWN);
            }
        }
    }

    /** Where each attempt goes: with the key in it, if that is its place. */
    public URI uri() {
        return keyed.uri();
    }

    /** The fields to set on each attempt. */
    public Map<String, String> fields() {
        return keyed.fields();
    }

    /** Begins an attempt, and returns how long it may take (C5). */
    public Duration attempt() {
        attempts++;
        long left = policy.deadline().toNanos() - elapsed();
        return Duration.ofNanos(
                Math.clamp(left, 1_000_000, policy.attemptTimeout().toNanos()));
    }

    /** Whether a wait has lasted so much longer than it should that the deadline is over (C5). */
    boolean late() {
        return elapsed() >= policy.deadline().toNanos();
    }

    /** The attempt got an answer. Until its body is there, it may still {@link #failed fail}. */
    public Verdict answered(Answer answer) {
        replayed = answer.field(retries.profile().replayed())
                .filter("true"::equalsIgnoreCase)
                .isPresent();
        answer.field(RETENTION).filter(seconds -> seconds.matches("\\d{1,9}")).ifPresent(this::shortenRetention);
        return decide(new Answered(answer, replayed), answer);
    }

    /** The attempt failed. */
    public Verdict failed(AttemptResult failure) {
        replayed = false;
        return decide(failure, null);
    }

    /** The call ends for a reason outside of it, and this is how it went. */
    public RetryReport abandoned(Stop stop) {
        return new RetryReport(attempts, waits, replayed, certainties.certainty(), stop, keyed.key());
    }

    /** The attempt that is running was broken off by its caller, and this is how the call went. */
    public RetryReport interrupted() {
        certainties.add(Evidence.UNKNOWN);
        return abandoned(Stop.CLOSED);
    }

    /** Tells listeners that the call has ended; exactly once. */
    public void ended(boolean answered, RetryReport report) {
        retries.tell(() -> new RetryEvent.Ended(request.uri(), asked, answered, report));
    }

    Outgoing request() {
        return request;
    }

    /** Whether the reason of a 409 decides about another attempt, so that its body has to be looked at. */
    public boolean wantsReason(int status) {
        return status == 409 && asked.keyed();
    }

    private Verdict decide(AttemptResult result, @Nullable Answer answer) {
        Judgement judgement = policy.rule().judge(Classification.of(asked, result), asked, result);
        certainties.add(judgement.evidence());
        if (judgement.next() == Next.STOP) {
            if (answer != null && answer.status() < 500) {
                retries.budgets().succeeded(host());
            }
            return done(Stop.FINAL);
        }
        Duration floor = answer == null ? Duration.ZERO : floor(answer).orElse(Duration.ZERO);
        Duration previous = waits.isEmpty() ? Duration.ZERO : waits.getLast();
        Duration wait = floor.plus(policy.backoff().delay(attempts - 1, previous, retries.random()));
        Optional<Stop> obstacle = obstacle(judgement.next(), wait);
        if (obstacle.isPresent()) {
            return done(obstacle.get());
        }
        waits.add(wait);
        retries.tell(() -> new RetryEvent.Retrying(request.uri(), asked, attempts, result, wait));
        return new Again(wait);
    }

    private Optional<Stop> obstacle(Next next, Duration wait) {
        if (!request.repeatable()) {
            return Optional.of(Stop.UNREPEATABLE_BODY);
        }
        if (attempts >= policy.maxAttempts()) {
            return Optional.of(Stop.ATTEMPTS);
        }
        Duration then = wait.plusNanos(elapsed());
        if (then.compareTo(policy.deadline()) >= 0) {
            return Optional.of(Stop.DEADLINE);
        }
        if (asked.keyed() && then.toNanos() >= retention) {
            return Optional.of(Stop.RETENTION);
        }
        return next == Next.RETRY && !retries.budgets().take(host()) ? Optional.of(Stop.BUDGET) : Optional.empty();
    }

    private Optional<Duration> floor(Answer answer) {
        return answer.field("Retry-After").flatMap(value -> RetryAfter.parse(value, retries.now()));
    }

    private void shortenRetention(String seconds) {
        retention = Math.min(
                retention,
                elapsed() + Duration.ofSeconds(Long.parseLong(seconds)).toNanos());
    }

    private Done done(Stop stop) {
        return new Done(abandoned(stop));
    }

    private long elapsed() {
        return retries.ticks() - started;
    }

    private String host() {
        return String.valueOf(request.uri().getAuthority());
    }
}
