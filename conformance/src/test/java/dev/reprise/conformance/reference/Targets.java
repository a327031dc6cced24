package dev.reprise.conformance.reference;

import dev.reprise.conformance.CheckLimits;
import dev.reprise.conformance.EffectQuery;
import dev.reprise.conformance.Field;
import dev.reprise.conformance.Payload;
import dev.reprise.conformance.Profile;
import dev.reprise.conformance.RequestVariant;
import dev.reprise.conformance.Target;
import dev.reprise.conformance.TargetBuilder;
import java.time.Duration;

/** How the reference server is described to the checker. */
public final class Targets {
    /** As fast as it gets; and a burst that a small machine stands. */
    public static final CheckLimits LIMITS =
            new CheckLimits(2000, Duration.ofMinutes(2), 10_000, 20, Duration.ofSeconds(4), 1 << 20);

    private Targets() {}

    /** Everything that is known of a server, but how long it remembers. */
    public static TargetBuilder of(ReferenceServer server, Profile profile) {
        return Target.at(server.uri("/charges"))
                .profile(profile)
                .body(new Payload("application/json", "{\"amount\":1000,\"currency\":\"eur\"}"))
                .credential(new Field("Authorization", "Bearer alice"))
                .secondCredential(new Field("Authorization", "Bearer bob"))
                .revokedCredential(new Field("Authorization", "Bearer mallory"))
                .effects(new EffectQuery(server.uri("/effects"), "/count"))
                .keyRequired(true)
                .slow(RequestVariant.ofField("Test-Variant", "slow"))
                .refused(RequestVariant.ofField("Test-Variant", "refused"))
                .failing(RequestVariant.ofField("Test-Variant", "failing"))
                .large(RequestVariant.ofField("Test-Variant", "large"))
                .origin("https://shop.example")
                .unsupportedMethod(profile == Profile.OASIS ? "DELETE" : null);
    }
}
