package dev.reprise.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** A command has the gateway ask its service what happened (S33). */
class ReconcileCommandTest extends OperationsFixture {
    /** By a path that the sample does not know: 404, and so it did not happen. */
    private void startAsking(String grace) {
        stopGateway();
        start("upstream: http://127.0.0.1:" + sample.port() + "\nroutes:\n  - path: /**\n"
                + "    reconcile: {request: 'GET /nowhere/{key}', any-caller: true, grace: " + grace + "}\n");
    }

    @Test
    void has_the_service_asked_and_says_what_came_of_it() throws Exception {
        crash("lost-1");
        startAsking("0s");

        assertThat(done("reconcile", "lost-1", "--by", "olivia", "--reason", "it is back"))
                .startsWith("It was not executed, and will not be.");

        assertThat(done("list", "--state", "unknown")).isEqualTo("No operations\n");
        assertThat(Files.readString(store().resolve("audit.jsonl")))
                .contains("\"by\":\"olivia\"", "\"action\":\"reconcile\"", "it is back", "not-executed");
        assertThat(refused("reconcile", "lost-1")).contains("lost-1");
    }

    @Test
    void says_why_it_is_still_unknown_and_that_it_was_asked_a_moment_ago() throws Exception {
        crash("lost-1");
        startAsking("1h");

        assertThat(done("reconcile", "lost-1")).contains("not known yet", "404, and it may still happen");
        assertThat(refused("reconcile", "lost-1")).contains("has asked a moment ago");
        assertThat(done("list", "--state", "unknown")).contains("lost-1");
    }

    @Test
    void is_refused_where_nobody_can_be_asked() throws Exception {
        crash("lost-1");
        assertThat(refused("reconcile", "lost-1")).contains("Nobody can be asked", "reconcile at the route");

        running(false);
        assertThat(refused("reconcile", "lost-1")).contains("Nobody can be asked");
        assertThat(refused("reconcile", "--state", "unknown")).contains("Nobody can be asked");
        assertThat(refused("reconcile", "--state", "unknown", "--dry-run")).contains("Nobody can be asked");
    }

    @Test
    void has_the_service_asked_about_all_that_the_options_find() throws Exception {
        crash("lost-1");
        crash("lost-2");
        send(payment("done"));
        startAsking("0s");

        assertThat(done("reconcile", "--state", "unknown", "--route", "/**", "--dry-run"))
                .startsWith("Would reconcile 2 operations");
        assertThat(done("reconcile", "--older-than", "1h")).contains("Answered: 0.", "Did not happen: 0.");
        assertThat(done("reconcile", "--route", "/**", "--by", "olivia", "--reason", "it is back"))
                .isEqualToIgnoringNewLines("Answered: 0."
                        + "Did not happen: 2. The next request with each key executes."
                        + "Still unknown: 0."
                        + "Left as they were: 0.");

        assertThat(done("list")).contains("completed  done").doesNotContain("lost");
        assertThat(Files.readString(store().resolve("audit.jsonl")))
                .contains("\"by\":\"olivia\"", "\"action\":\"reconcile\"", "lost-1", "lost-2", "not-executed");
    }

    @Test
    void leaves_those_about_which_nobody_can_be_asked() throws Exception {
        crash("lost-1");

        assertThat(done("reconcile", "--state", "unknown"))
                .contains("Answered: 0.", "Left as they were: 1. They had changed, or it could not be done to them.");
        assertThat(done("list")).contains("unknown  lost-1");
    }
}
