package dev.reprise.herd;

import dev.reprise.client.RetryPolicy;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;

/** One run of a scenario: every client with its own call, waits and budget, by the policy of {@link RetryPolicy}. */
final class Herd {
    /** How long a call takes on the way. */
    private static final long ROUND_TRIP_MICROS = 5_000;

    private final Scenario scenario;
    private final RetryStyle variant;
    private final RetryPolicy policy;
    private final SplittableRandom random;
    private final Server server;
    private final Curve curve;
    private final EventQueue events = new EventQueue();
    private final int[] attempts;
    private final long[] begun;
    private final Duration[] previous;
    private final double[] tokens;
    private long sent;
    private long wasted;
    private long lost;

    private Herd(Scenario scenario, RetryStyle variant) {
        this.scenario = scenario;
        this.variant = variant;
        this.policy = variant.policy();
        this.random = new SplittableRandom(scenario.seed());
        this.server = new Server(scenario);
        this.curve = new Curve(scenario.end());
        this.attempts = new int[scenario.clients()];
        this.begun = new long[scenario.clients()];
        this.previous = new Duration[scenario.clients()];
        this.tokens = new double[scenario.clients()];
        Arrays.fill(previous, Duration.ZERO);
        Arrays.fill(tokens, policy.budget().capacity());
    }

    static HerdOutcome run(Scenario scenario, RetryStyle variant) {
        return new Herd(scenario, variant).run();
    }

    private HerdOutcome run() {
        for (int client = 0; client < scenario.clients(); client++) {
            long first = thinking();
            // Its connection breaks when the server goes down, and it makes its call at once.
            events.add(Math.min(first, server.downFrom()), client);
        }
        long end = Server.micros(scenario.end());
        while (!events.isEmpty() && events.nextMicros() < end) {
            long now = events.nextMicros();
            call(now, events.take());
        }
        long well = curve.wellFrom(server.downUntil());
        return new HerdOutcome(
                variant,
                sent,
                wasted,
                lost,
                curve.peak(server.downUntil()),
                well >= end - 1_000_000 ? null : Duration.ofNanos((well - server.downUntil()) * 1000),
                curve);
    }

    private void call(long now, int client) {
        boolean answered = server.answers(now);
        curve.count(now, answered);
        if (now >= server.downFrom()) {
            sent++;
            wasted += answered ? 0 : 1;
        }
        attempts[client]++;
        if (attempts[client] == 1) {
            begun[client] = now;
        }
        if (answered) {
            tokens[client] = policy.budget().afterSuccess(tokens[client]);
            think(now, client);
        } else {
            retry(now, client);
        }
    }

    private void retry(long now, int client) {
        Duration delay = policy.backoff().delay(attempts[client] - 1, previous[client], random);
        long next = now + ROUND_TRIP_MICROS + Server.micros(delay);
        boolean inTime = next - begun[client] < Server.micros(policy.deadline());
        if (attempts[client] < policy.maxAttempts() && inTime && policy.budget().pays(tokens[client])) {
            tokens[client] = policy.budget().afterFailure(tokens[client]);
            previous[client] = delay;
            events.add(next, client);
        } else {
            lost++;
            think(now, client);
        }
    }

    private void think(long now, int client) {
        attempts[client] = 0;
        previous[client] = Duration.ZERO;
        long next = now + ROUND_TRIP_MICROS + thinking();
        events.add(now < server.downFrom() ? Math.min(next, server.downFrom()) : next, client);
    }

    /** Exponentially distributed, so that calls come evenly. */
    private long thinking() {
        return (long) (-Math.log(1 - random.nextDouble()) * Server.micros(scenario.thinking()));
    }
}
