package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.spi.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** This process, and the nodes that are seen in the store. */
class NodesPageTest extends ConsoleFixture {
    private static final Duration HOUR = Duration.ofHours(1);

    private void works(String node, String key) {
        running(id(key), HOUR, node);
    }

    private void left(String node, String key) {
        Lease lease = running(id(key), Duration.ofMillis(1), node);
        while (!store.find(lease.id()).orElseThrow().abandonedAt(Instant.now())) {
            Thread.onSpinWait();
        }
    }

    private static String row(String name, String operations, String age, String overdue) {
        return "<td class=\"key\">" + name + "</td>\\s*<td class=\"number\">" + operations + "</td>\\s*<td>" + age
                + "</td>\\s*<td class=\"number\">" + overdue + "</td>";
    }

    @Test
    void a_viewer_sees_what_this_process_is_and_what_is_wrong_with_it() {
        console = console(settings()
                .store("the folder /var/lib/reprise")
                .health(() -> List.of("event loop 1 gives no sign of life")));

        assertThat(page(viewer(), "/nodes"))
                .contains("<dt>Java</dt><dd>" + Runtime.version())
                .contains("<dt>Process</dt><dd>" + ProcessHandle.current().pid() + "</dd>")
                .contains("<dt>Records</dt><dd>the folder /var/lib/reprise</dd>")
                .containsPattern("<dt>Started</dt><dd>20[0-9-]+ [0-9:]+ UTC, [0-9]+ (s|min|h|d) ago</dd>")
                .containsPattern("<dt>Heap</dt><dd>[0-9,]+ MiB used of at most [0-9,]+ MiB</dd>")
                .contains("event loop 1 gives no sign of life")
                .contains("Nobody owns an operation that runs", "one that has nothing to do is not");
        assertThat(page(viewer(), "/")).contains("<a href=\"/console/nodes\">Nodes</a>");
    }

    @Test
    void what_was_not_told_is_not_shown() {
        assertThat(page(viewer(), "/nodes")).doesNotContain("<dt>Records", "<dt>Types");
    }

    @Test
    void nodes_are_seen_by_what_they_own_and_those_that_are_probably_gone_come_first() {
        works("shop-1", "a");
        works("shop-1", "b");
        works("shop-1", "c");
        works("shop-2", "d");
        left("shop-2", "e");
        left("shop-3", "f");
        left("shop-3", "g");
        unknown("h");

        String page = page(viewer(), "/nodes");

        assertThat(page)
                .containsPattern(row("shop-1", "3", "0 s", "0"))
                .containsPattern(row("shop-2", "2", "0 s", "1"))
                .containsPattern(row("shop-3", "2", "0 s", "2"))
                .containsSubsequence("shop-3", "Probably gone", "shop-1", "shop-2", "does not renew all")
                .doesNotContain("were looked at");
        assertThat(page.split("Probably gone", -1)).hasSize(2);
    }

    @Test
    void they_are_counted_once_for_all_who_look_within_a_few_seconds() {
        works("shop-1", "a");
        Surfer victor = viewer();
        assertThat(page(victor, "/nodes")).containsPattern(row("shop-1", "1", "0 s", "0"));
        works("shop-1", "b");

        assertThat(page(operator(), "/nodes")).containsPattern(row("shop-1", "1", "0 s", "0"));
        clock.advance(Duration.ofSeconds(3));
        assertThat(page(victor, "/nodes")).containsPattern(row("shop-1", "2", "0 s", "0"));
    }

    @Test
    void so_many_operations_are_looked_at_and_so_many_nodes_shown_and_no_more() {
        for (int i = 0; i < 10_050; i++) {
            works("node-" + i % 130, "k" + i);
        }

        String page = page(viewer(), "/nodes");

        assertThat(page).contains("30 more are not shown. Only the first 10,000 operations were looked at.");
        assertThat(page.split("<td class=\"key\">", -1)).hasSize(101);
    }

    @Test
    void a_name_is_text() {
        works("<script>alert(1)</script>", "a");

        assertThat(page(viewer(), "/nodes")).contains("&lt;script&gt;alert(1)").doesNotContain("<script>alert");
    }

    @Test
    void nobody_sees_it_who_has_not_signed_in() {
        assertThat(surfer().get("/nodes").status()).isEqualTo(303);
    }
}
