package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.FullProof;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A gateway that is killed under load, again and again, on one store (S15, S16, S19, S22, S27). Mostly waits for processes, so
 * it runs beside others.
 */
@Execution(ExecutionMode.CONCURRENT)
class KillTest {
    private static final int ROUNDS = FullProof.WANTED ? 200 : 3;

    @TempDir
    private Path folder;

    @Test
    void nothing_acknowledged_is_lost_and_nothing_happens_twice_S19() throws Exception {
        String where = "store: " + folder.resolve("store");
        try (KilledGateways gateways = new KilledGateways(folder)) {
            ChildProcess gateway = gateways.start(where);
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    Map<String, String> before = gateways.acknowledged();
                    gateways.underLoad(KilledGateways.port(gateway), gateway);
                    gateway.close();
                    gateway = gateways.start(where);
                    Map<String, String> fresh = new HashMap<>(gateways.acknowledged());
                    fresh.keySet().removeAll(before.keySet());
                    gateways.replay(KilledGateways.port(gateway), fresh);
                    gateways.retryUnanswered(KilledGateways.port(gateway));
                    gateways.assertNothingHappenedTwice();
                }
                gateways.replayAll(KilledGateways.port(gateway));
                assertThat(gateway.terminate(Duration.ofSeconds(60))).isEqualTo(143);
            } finally {
                gateway.close();
            }
            System.out.println(ROUNDS + " kills: " + gateways);
        }
    }
}
