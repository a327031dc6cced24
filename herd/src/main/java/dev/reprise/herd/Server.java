package dev.reprise.herd;

import java.time.Duration;

/**
 * A server that is down for a while. It works through its calls one after the other, and turns away a call that would wait
 * longer than a fifth of a second; turning away is work too, a tenth of answering.
 */
final class Server {
    private static final long PATIENCE_MICROS = 200_000;
    private static final double COST_OF_REFUSAL = 0.1;

    private final double microsPerCall;
    private final long downFrom;
    private final long downUntil;
    private double busyUntil;

    Server(Scenario scenario) {
        this.microsPerCall = 1e6 / scenario.capacity();
        this.downFrom = micros(scenario.before());
        this.downUntil = downFrom + micros(scenario.outage());
    }

    static long micros(Duration duration) {
        return duration.toNanos() / 1000;
    }

    /** Whether a call at that time is answered. */
    boolean answers(long now) {
        if (now >= downFrom && now < downUntil) {
            return false;
        }
        double free = Math.max(busyUntil, (double) now);
        boolean answered = free - now <= PATIENCE_MICROS;
        busyUntil = free + (answered ? microsPerCall : microsPerCall * COST_OF_REFUSAL);
        return answered;
    }

    long downFrom() {
        return downFrom;
    }

    long downUntil() {
        return downUntil;
    }
}
