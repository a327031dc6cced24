package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyEvent.Executed;
import dev.reprise.IdempotencyEvent.Replayed;
import dev.reprise.console.charts.Activity;
import dev.reprise.console.operations.StoreOperations;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the process has done lately, as a table and as data for charts. */
class ActivityPageTest extends ConsoleFixture {
    private final Activity activity = new Activity(clock);
    private final long start = clock.instant().getEpochSecond();

    @BeforeEach
    void mount() {
        console.close();
        console = new Console(settings().build(), new StoreOperations(store, null, audit), activity);
    }

    private void step(int executed, int replayed) {
        for (int i = 0; i < executed; i++) {
            activity.on(new Executed(id("k"), Duration.ofMillis(12), 201));
        }
        for (int i = 0; i < replayed; i++) {
            activity.on(new Replayed(id("k"), Duration.ofMillis(1)));
        }
        clock.advance(Activity.STEP);
    }

    @Test
    void a_viewer_sees_the_steps_in_which_something_happened_the_latest_first() {
        step(1_200, 7);
        step(0, 0);
        step(3, 0);

        assertThat(page(viewer(), "/activity"))
                .contains("What this process has done", "It counts since <time>2026-01-01 00:00:00 UTC</time>")
                .containsSubsequence("00:00:20 UTC", ">3<", "00:00:00 UTC", ">1,200<", ">7<", ">12.")
                .doesNotContain("00:00:10 UTC")
                .contains("data-last=\"" + (start + 20) + "\"", "data-from=\"/console/activity/data\"")
                .contains("href=\"/console/activity\"");
    }

    @Test
    void a_script_gets_what_is_new_as_data() {
        step(2, 1);
        step(0, 1);
        Surfer viewer = viewer();

        ConsoleResponse all = viewer.get("/activity/data?since=0");
        assertThat(all.headers().first("Content-Type")).hasValue("application/json");
        assertThat(all.headers().first("Cache-Control")).hasValue("no-store");
        assertThat(Surfer.text(all))
                .matches("\\{\"step\":10,\"points\":\\[\\{\"at\":" + start
                        + ",\"executed\":2,\"replayed\":1,\"refused\":0,\"released\":0,\"unknown\":0,"
                        + "\"median\":1[12]\\.[0-9],\"slow\":1[12]\\.[0-9]},\\{\"at\":" + (start + 10)
                        + ",\"executed\":0,\"replayed\":1,\"refused\":0,\"released\":0,\"unknown\":0}]}");
        assertThat(page(viewer, "/activity/data?since=" + (start + 10))).isEqualTo("{\"step\":10,\"points\":[]}");
        assertThat(page(viewer, "/activity/data")).contains("\"at\":" + start);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-1", "1e3", "9999999999999", "%3Cscript%3E"})
    void what_is_no_time_is_refused(String since) {
        ConsoleResponse response = viewer().get("/activity/data?since=" + since);

        assertThat(response.status()).isEqualTo(400);
        assertThat(Surfer.text(response)).doesNotContain("<script>");
    }

    @Test
    void nobody_sees_it_who_has_not_signed_in() {
        assertThat(surfer().get("/activity").status()).isEqualTo(303);
        assertThat(surfer().get("/activity/data").status()).isEqualTo(303);
        ConsoleResponse script = surfer().with("HX-Request", "true").get("/activity/data");
        assertThat(script.status()).isEqualTo(401);
        assertThat(script.headers().first("HX-Redirect")).hasValue("/console/sign-in");
    }

    @Test
    void a_page_that_asks_by_itself_keeps_nobody_signed_in() {
        Surfer viewer = viewer();
        clock.advance(Duration.ofMinutes(20));
        assertThat(viewer.get("/activity/data").status()).isEqualTo(200);
        clock.advance(Duration.ofMinutes(20));

        assertThat(viewer.get("/activity/data").status()).isEqualTo(303);
    }

    @Test
    void where_nothing_is_counted_there_is_no_such_page() {
        console = console(settings());

        assertThat(viewer().get("/activity").status()).isEqualTo(404);
        assertThat(viewer().get("/activity/data").status()).isEqualTo(404);
        assertThat(page(viewer(), "/")).doesNotContain("/activity");
    }

    @Test
    void scripts_come_from_the_class_path_and_evaluate_nothing() {
        for (String name : new String[] {"uplot.js", "activity.js", "console.js"}) {
            ConsoleResponse script = surfer().get("/assets/" + name);
            assertThat(script.status()).as(name).isEqualTo(200);
            assertThat(script.headers().first("Content-Type")).hasValue("text/javascript; charset=utf-8");
            assertThat(Surfer.text(script))
                    .as(name)
                    .hasSizeGreaterThan(100)
                    .doesNotContain("eval(", "Function(\"", "new Function", "setAttribute(\"style", "cssText");
        }
        assertThat(Surfer.text(surfer().get("/assets/uplot.css"))).contains(".uplot");
    }
}
