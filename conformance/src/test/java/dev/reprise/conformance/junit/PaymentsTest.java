package dev.reprise.conformance.junit;

import dev.reprise.conformance.CheckLimits;
import dev.reprise.conformance.Field;
import dev.reprise.conformance.Level;
import dev.reprise.conformance.Payload;
import dev.reprise.conformance.Profile;
import dev.reprise.conformance.Target;
import dev.reprise.conformance.check.ConformanceCheck;
import dev.reprise.conformance.reference.Fault;
import dev.reprise.conformance.reference.ReferenceServer;
import dev.reprise.conformance.reference.Settings;
import java.net.URI;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What {@code docs/check.md} shows: the checker as the tests of a Java project. */
class PaymentsTest {
    private final ReferenceServer server = new ReferenceServer(Settings.of(Profile.IETF, Fault.NONE));
    private final URI api = server.uri("/charges");

    @AfterEach
    void stop() {
        server.close();
    }

    @TestFactory
    Stream<DynamicTest> payments_are_idempotent() {
        Target target = Target.at(api)
                .body(new Payload("application/json", "{\"amount\":1000}"))
                .credential(new Field("Authorization", "Bearer alice"))
                .build();
        return ConformanceTests.of(ConformanceCheck.of(target, CheckLimits.DEFAULT), Level.MUST);
    }
}
