package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Completed;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.console.audit.AuditView;
import dev.reprise.console.bulk.BulkKind;
import dev.reprise.console.text.Choice;
import dev.reprise.spi.Lease;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done to those that somebody has chosen, or to all that match a filter. */
class ManyOperationsTest extends ConsoleFixture {
    private static final String CHOSEN = "/operations/chosen";

    private OperationRef changed(String key) {
        OperationRef seen = unknown(key);
        store.release(new Lease(seen.id(), seen.seen(), 1, Duration.ofHours(1)));
        unknown(key);
        return seen;
    }

    private OperationRef elsewhere(String key) {
        return unknown(new OperationId(new Scope("bob", "/other"), new IdempotencyKey(key)), "r");
    }

    @Nested
    class A_list {
        @Test
        void offers_what_can_be_done_in_the_states_that_it_shows() {
            unknown("k");
            Surfer operator = operator();

            assertThat(page(operator, "/operations?route=%2Fcharges"))
                    .contains("name=\"filter\" value=\"route=%2Fcharges\"", "formaction=\"/console/bulk\"")
                    .contains("<option value=\"release\">Release<", "<option value=\"resolve\">Resolve<")
                    .doesNotContain("value=\"resume\"", "value=\"retry\"", "value=\"reconcile\"");
            assertThat(page(operator, "/operations?state=completed")).doesNotContain("formaction", "name=\"what\"");
            assertThat(page(viewer(), "/operations")).doesNotContain("formaction", "name=\"what\"");
        }

        @ParameterizedTest
        @ValueSource(strings = {"resume", "retry"})
        void without_steps_lets_nobody_go_on(String what) {
            unknown("k");
            Surfer operator = operator();

            assertThat(operator.get("/bulk?what=" + what).status()).isEqualTo(404);
            assertThat(operator.submit("/bulk", "what", what, "filter", "", "from", "s", "reason", "r", "do", "yes")
                            .status())
                    .isEqualTo(404);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "purge", "RELEASE"})
        void does_nothing_that_it_does_not_know(String what) {
            OperationRef ref = unknown("k");
            Surfer operator = operator();

            assertThat(operator.submit("/bulk", "what", what, "filter", "", "reason", "r", "do", "yes")
                            .status())
                    .isEqualTo(400);
            assertThat(operator.submit(CHOSEN, "what", what, "op", ref.text(), "reason", "r", "do", "yes")
                            .status())
                    .isEqualTo(400);
            assertThat(isUnknown(ref)).isTrue();
        }
    }

    @Nested
    class A_release {
        @Test
        void is_counted_first_and_then_done_with_an_entry_each() {
            for (int i = 0; i < 80; i++) {
                unknown("k" + i);
            }
            elsewhere("stays");
            completed(id("done"), Headers.EMPTY, "");
            Surfer operator = operator();

            assertThat(Surfer.text(operator.submit("/bulk", "what", "release", "filter", "route=%2Fcharges")))
                    .contains("abandoned or unknown, at the route /charges", "the next request with each key executes");
            operator.submit("/bulk", "what", "release", "filter", "route=%2Fcharges", "count", "yes");
            assertThat(operator.afterwards())
                    .contains("Counting what can be released", ">80<", ">Release …<")
                    .contains("/console/bulk?what=release&amp;state=abandoned&amp;state=unknown");
            assertThat(audit.latest(null, 10).entries()).isEmpty();
            operator.submit(
                    "/bulk", "what", "release", "filter", "route=%2Fcharges", "reason", "deploy failed", "do", "yes");

            assertThat(operator.afterwards())
                    .containsPattern("Released</dt><dd>80<")
                    .containsPattern("Left as they were</dt><dd>0<");
            assertThat(store.find(id("k7"))).isEmpty();
            assertThat(page(operator, "/operations")).contains("stays", "done");
            List<AuditView> entries = audit.latest(null, 300).entries();
            assertThat(entries).hasSize(81);
            assertThat(entries.getLast().action()).isEqualTo("release many");
            assertThat(entries.getLast().before()).contains("at the route /charges");
            assertThat(entries.getLast().outcome()).isEqualTo("80 released, 0 left");
            assertThat(entries.subList(0, 80)).allSatisfy(entry -> {
                assertThat(entry.reason()).isEqualTo("deploy failed");
                assertThat(entry.outcome()).isEqualTo("ended");
            });
        }

        @Test
        void of_the_chosen_ones_is_done_as_they_were_seen() {
            OperationRef one = unknown("one");
            OperationRef changed = changed("changed");
            Surfer operator = operator();
            String[] form = {"what", "release", "op", one.text(), "op", changed.text()};

            assertThat(Surfer.text(operator.submit(CHOSEN, form))).contains("These are 2: one, changed");
            assertThat(isUnknown(one)).isTrue();
            operator.submit(CHOSEN, and(form, "reason", "r", "do", "yes"));

            assertThat(operator.afterwards())
                    .containsPattern("Released</dt><dd>1<")
                    .containsPattern("Left as they were</dt><dd>1<");
            assertThat(store.find(one.id())).isEmpty();
            assertThat(store.find(changed.id())).isPresent();
            assertThat(page(operator, "/audit")).contains("1 released, 1 left");
            assertThat(operator.submit(CHOSEN, "what", "release").status()).isEqualTo(422);
        }

        @Test
        void wants_a_reason() {
            OperationRef ref = unknown("k");

            ConsoleResponse response =
                    operator().submit("/bulk", "what", "release", "filter", "", "reason", " ", "do", "yes");

            assertThat(response.status()).isEqualTo(422);
            assertThat(Surfer.text(response)).contains("Say why");
            assertThat(isUnknown(ref)).isTrue();
        }
    }

    @Nested
    class A_resolution {
        private final String[] typed = {
            "what", "resolve", "filter", "route=%2Fcharges", "status", "202", "headers", "X-B: c", "body", "one\r\ntwo"
        };

        @Test
        void gives_all_of_them_the_answer_that_is_typed_once_checked_and_shown() {
            for (int i = 0; i < 30; i++) {
                unknown("k" + i);
            }
            OperationRef stays = elsewhere("stays");
            Surfer operator = operator();

            assertThat(page(operator, "/bulk?what=resolve&route=%2Fcharges"))
                    .contains("Check it", "Only count them", "name=\"filter\"");
            assertThat(Surfer.text(operator.submit("/bulk", typed)))
                    .contains("X-B: c", "7 bytes", "name=\"do\"", "for 24 hours")
                    .doesNotContain("Only count them");
            assertThat(audit.latest(null, 1).entries()).isEmpty();
            operator.submit("/bulk", and(typed, "reason", "the ledger has them", "do", "yes"));

            assertThat(operator.afterwards()).contains("Resolving").containsPattern("Resolved</dt><dd>30<");
            for (int i = 0; i < 30; i++) {
                Response recorded =
                        ((Completed) store.find(id("k" + i)).orElseThrow().state()).response();
                assertThat(recorded.status()).isEqualTo(202);
                assertThat(recorded.headers().all("X-B")).containsExactly("c");
                assertThat(new String(recorded.body().bytes(), StandardCharsets.UTF_8))
                        .isEqualTo("one\ntwo");
            }
            assertThat(isUnknown(stays)).isTrue();
            List<AuditView> entries = audit.latest(null, 100).entries();
            assertThat(entries).hasSize(31);
            assertThat(entries.getLast().action()).isEqualTo("resolve many with 202");
            assertThat(entries.getLast().outcome()).isEqualTo("30 resolved, 0 left");
            assertThat(entries.getFirst().action()).isEqualTo("resolve with 202");
        }

        @Test
        void is_done_to_the_chosen_ones_as_they_were_seen() {
            OperationRef one = unknown("one");
            OperationRef changed = changed("changed");
            Surfer operator = operator();

            operator.submit(
                    CHOSEN,
                    "what",
                    "resolve",
                    "op",
                    one.text(),
                    "op",
                    changed.text(),
                    "status",
                    "204",
                    "reason",
                    "r",
                    "do",
                    "yes");

            assertThat(operator.afterwards()).containsPattern("Resolved</dt><dd>1<");
            assertThat(store.find(one.id()).orElseThrow().state()).isInstanceOf(Completed.class);
            assertThat(isUnknown(changed)).isTrue();
        }

        @Test
        void that_is_typed_wrongly_is_shown_with_what_is_wrong_and_done_to_nobody() {
            OperationRef ref = unknown("k");

            ConsoleResponse response = operator()
                    .submit(
                            CHOSEN,
                            "what",
                            "resolve",
                            "op",
                            ref.text(),
                            "status",
                            "99",
                            "headers",
                            "Date: now",
                            "body",
                            "typed",
                            "reason",
                            "r",
                            "do",
                            "yes");

            assertThat(response.status()).isEqualTo(422);
            assertThat(Surfer.text(response))
                    .contains("number of three digits", "never replayed", ">typed</textarea>")
                    .contains("name=\"op\" value=\"" + ref.text(), "name=\"what\" value=\"resolve\"");
            assertThat(isUnknown(ref)).isTrue();
        }

        @Test
        void can_be_changed_before_it_is_recorded_and_counted_before_it_is_typed() {
            OperationRef ref = unknown("k");
            Surfer operator = operator();

            assertThat(Surfer.text(operator.submit("/bulk", and(typed, "edit", "yes"))))
                    .contains("value=\"202\"", "Check it");
            operator.submit("/bulk", "what", "resolve", "filter", "", "status", "", "count", "yes");

            assertThat(operator.afterwards()).contains("Counting what can be resolved", ">1<", ">Resolve …<");
            assertThat(isUnknown(ref)).isTrue();
        }
    }

    /** Whoever sends what no page offers, or has others send it. */
    @Nested
    class Who_may_only_look {
        private void assertNothingIsDone(Surfer who, BulkKind kind) {
            OperationRef ref = unknown("k");
            String what = Choice.written(kind);
            String[] form = {"what", what, "op", ref.text(), "filter", "", "status", "200", "from", "s", "reason", "r"};

            for (String place : List.of("/bulk", CHOSEN)) {
                assertThat(who.get(place + "?state=unknown&what=" + what).status())
                        .as(place)
                        .isEqualTo(403);
                for (String button : List.of("do", "count", "edit")) {
                    assertThat(who.submit(place, and(form, button, "yes")).status())
                            .as(place + " by " + button)
                            .isEqualTo(403);
                }
            }
            assertThat(page(who, "/job")).contains("Nothing is being done");
            assertThat(isUnknown(ref)).isTrue();
            assertThat(audit.latest(null, 10).entries()).isEmpty();
        }

        @ParameterizedTest
        @EnumSource
        void changes_nothing(BulkKind kind) {
            assertNothingIsDone(viewer(), kind);
        }

        @ParameterizedTest
        @EnumSource
        void is_everybody_in_a_console_that_only_shows(BulkKind kind) {
            console = console(settings().readOnly(true));

            assertNothingIsDone(operator(), kind);
        }

        @ParameterizedTest
        @EnumSource
        void is_a_page_of_somebody_else(BulkKind kind) {
            OperationRef ref = unknown("k");
            Surfer operator = operator();
            String[] form = {
                "what",
                Choice.written(kind),
                "op",
                ref.text(),
                "filter",
                "",
                "status",
                "200",
                "from",
                "s",
                "reason",
                "r",
                "do",
                "yes"
            };

            for (String place : List.of("/bulk", CHOSEN)) {
                assertThat(operator.post(place, and(form, "csrf", viewer().csrf()))
                                .status())
                        .as(place)
                        .isEqualTo(403);
            }
            String csrf = operator.csrf();
            operator.with("Sec-Fetch-Site", "cross-site");
            for (String place : List.of("/bulk", CHOSEN)) {
                assertThat(operator.post(place, and(form, "csrf", csrf)).status())
                        .as(place)
                        .isEqualTo(403);
            }
            assertThat(isUnknown(ref)).isTrue();
        }
    }

    @Test
    void what_others_have_chosen_or_an_operator_types_is_text() {
        String script = "<script>alert(1)</script>";
        OperationRef ref =
                unknown(new OperationId(new Scope("a", "/" + script), new IdempotencyKey("k" + script)), "r");
        Surfer operator = operator();

        for (String page : List.of(
                Surfer.text(operator.submit(CHOSEN, "what", "release", "op", ref.text())),
                Surfer.text(operator.submit(
                        CHOSEN,
                        "what",
                        "resolve",
                        "op",
                        ref.text(),
                        "status",
                        script,
                        "headers",
                        script,
                        "body",
                        script)),
                Surfer.text(operator.submit(
                        "/bulk", "what", "release", "filter", "reason=%3Cscript%3Ealert(1)%3C%2Fscript%3E")),
                Surfer.text(operator.submit("/bulk", "what", script, "filter", "")))) {
            assertThat(page).doesNotContain("<script>alert").contains("&lt;script&gt;");
        }
    }

    private static String[] and(String[] some, String... more) {
        return java.util.stream.Stream.concat(java.util.Arrays.stream(some), java.util.Arrays.stream(more))
                .toArray(String[]::new);
    }
}
