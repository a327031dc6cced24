package dev.reprise.testkit.resumable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.FullProof;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What {@code docs/model} shows for two owners, three steps and two crashes, in every order of events. */
class ModelTest {
    private static final Path CHECK = Path.of("..", "docs", "model", "check");
    private static final int PROGRAM_MISSING = 77;

    @Test
    void the_model_holds_in_every_state_and_each_planted_fault_is_found_P2_P3_P4_P7_S27_S29() throws Exception {
        Process check = new ProcessBuilder("sh", CHECK.toString(), FullProof.WANTED ? "full" : "")
                .redirectErrorStream(true)
                .start();
        String table = new String(check.getInputStream().readAllBytes(), UTF_8);
        System.out.print(table);

        int status = check.waitFor();

        if (status == PROGRAM_MISSING) {
            Assumptions.abort("SPIN or a C compiler is not installed here");
        }
        assertThat(status).as(table).isZero();
    }
}
