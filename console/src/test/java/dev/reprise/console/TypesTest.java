package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.OperationType;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.ResumableStore.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is said of types with steps, by version, and of those with which nobody goes on (P7). */
class TypesTest extends StepsFixture {
    private static final String NOBODY =
            "Nobody goes on with it: deploy a node that has the code of version 2, or pause the type.";

    /** All that there is was written so much earlier. */
    private void elapse(Duration time) throws SQLException {
        long micros = time.toMillis() * 1_000;
        try (Connection connection = pool.getConnection();
                Statement age = connection.createStatement()) {
            age.executeUpdate("UPDATE reprise_operation SET lease_end = lease_end - " + micros
                    + ", not_before = not_before - " + micros);
        }
    }

    private String overview() {
        return page(operator(settings()), "/live");
    }

    private static String row(String version, String waiting, String oldest, String atWork) {
        return ">book-ride</a></td>\\s*<td class=\"number\">" + version + "</td>\\s*<td class=\"number\">" + waiting
                + "</td>\\s*<td>" + oldest + "</td>\\s*<td class=\"number\">" + atWork + "</td>";
    }

    @Test
    void one_that_is_due_for_long_is_said_to_be_gone_on_with_by_nobody() throws Exception {
        left("due-1", new Next.Wait(Duration.ZERO, ""));
        assertThat(overview()).containsPattern(row("2", "1", "[0-9]+ s", "0")).doesNotContain(NOBODY);
        elapse(Duration.ofSeconds(110));
        assertThat(overview()).doesNotContain(NOBODY);

        elapse(Duration.ofHours(5));
        left("due-2", new Next.Wait(Duration.ZERO, ""));

        assertThat(overview()).containsPattern(row("2", "2", "5 h", "0")).contains(NOBODY);
    }

    @Test
    void one_that_is_paused_is_not() throws Exception {
        left("due", new Next.Wait(Duration.ZERO, ""));
        elapse(Duration.ofHours(5));
        steps.pause("book-ride", true);
        steps.pause("cancel-ride", true);

        assertThat(overview())
                .containsPattern(row("2", "1", "5 h", "0"))
                .contains("/console/type/unpause?type=book-ride", "/console/type/unpause?type=cancel-ride")
                .doesNotContain("Nobody goes on with it");
    }

    @Test
    void where_somebody_is_at_work_nobody_is_accused() throws Exception {
        left("due", new Next.Wait(Duration.ZERO, ""));
        elapse(Duration.ofHours(5));
        left("running", new Next.GoOn());
        left("asking", new Next.AwaitAnswer("approval"), new Step("approval", Kind.AWAIT, null));

        assertThat(overview())
                .containsPattern(row("2", "1", "5 h", "1"))
                .contains("somebody is at work on others")
                .doesNotContain(NOBODY);
    }

    @Test
    void one_that_this_process_runs_is_shown_as_such() throws Exception {
        OperationType former = new OperationType("book-ride", 1);
        left("due", new Next.Wait(Duration.ZERO, ""));
        assertThat(page(operator(settings().types(() -> Set.of(TYPE, former))), "/live"))
                .contains("This process runs it.");
        assertThat(page(operator(settings().types(() -> Set.of(former))), "/live"))
                .doesNotContain("This process runs it.");

        elapse(Duration.ofMinutes(3));

        Surfer operator = operator(settings().types(() -> Set.of(TYPE, former)));
        assertThat(page(operator, "/live"))
                .contains("Nobody goes on with it, although this process has its code")
                .doesNotContain("deploy a node");
        assertThat(page(operator, "/nodes")).contains("<dd>book-ride version 1, book-ride version 2</dd>");
        assertThat(page(operator(settings()), "/nodes")).contains("none that the console knows of");
    }

    @Test
    void who_waits_owns_nothing_that_runs() throws Exception {
        left("works", new Next.GoOn());
        left("asks", new Next.AwaitAnswer("approval"), new Step("approval", Kind.AWAIT, null));
        left("sleeps", new Next.Wait(Duration.ofHours(1), ""));
        left("slept", new Next.Wait(Duration.ZERO, ""));

        assertThat(page(operator(settings()), "/nodes"))
                .containsPattern("<td class=\"key\">node</td>\\s*<td class=\"number\">1</td>");
    }

    @Test
    void what_nobody_gave_back_is_owned_by_a_node_that_is_gone() throws Exception {
        left("works", new Next.GoOn());
        elapse(Duration.ofHours(5));

        assertThat(page(operator(settings()), "/nodes")).contains("Probably gone");
    }
}
