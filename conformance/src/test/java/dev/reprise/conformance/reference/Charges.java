package dev.reprise.conformance.reference;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The business: it takes money each time that it is asked to. */
final class Charges {
    static final Duration SLOW = Duration.ofMillis(500);
    private static final String VARIANT = "Test-Variant";

    private final AtomicInteger effects = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();
    private final Settings settings;

    Charges(Settings settings) {
        this.settings = settings;
    }

    int effects() {
        return effects.get();
    }

    boolean isSlow(In request) {
        return request.first(VARIANT).equals("slow");
    }

    Out charge(In request) {
        String variant = request.first(VARIANT);
        switch (variant) {
            case "slow" -> pause(SLOW);
            case "refused" -> {
                int number = settings.has(Fault.NUMBERS_ITS_REFUSALS) ? refusals.incrementAndGet() : 0;
                return Out.json(402, "{\"message\":\"The card was declined\",\"number\":" + number + "}");
            }
            case "busy" -> {
                return Out.json(429, "{\"message\":\"Ask again later\"}");
            }
            default -> {}
        }
        int id = effects.incrementAndGet();
        if (variant.equals("failing")) {
            return Out.json(500, "{\"message\":\"Something broke\"}");
        }
        if (settings.has(Fault.ANSWERS_ALL_ALIKE)) {
            return Out.json(200, "{}");
        }
        String filler = variant.equals("large") ? "x".repeat(Records.LONGEST_BODY) : "";
        return Out.json(201, "{\"id\":\"ch_" + id + "\",\"filler\":\"" + filler + "\"}")
                .with("Location", "/charges/" + id)
                .with("ETag", "\"" + id + "\"")
                .with("X-Custom", "custom " + id)
                .with("Set-Cookie", "session=" + id + "; HttpOnly");
    }

    static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
