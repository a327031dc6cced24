package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.console.audit.AuditView;
import dev.reprise.spi.Lease;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What operators see in the console, and what comes of what they do. */
class ConsoleTest extends ConsoleFixture {
    private AuditView latest() {
        return audit.latest(null, 1).entries().getFirst();
    }

    @Nested
    class The_overview {
        @Test
        void counts_by_state_and_shows_first_what_nobody_goes_on_with() throws Exception {
            unknown("lost-1");
            unknown("lost-2");
            running(id("gone-1"), Duration.ofMillis(1));
            running(id("works-1"), Duration.ofHours(1));
            completed(id("done-1"), Headers.EMPTY, "");
            Thread.sleep(5);

            String page = page(viewer(), "/");

            assertThat(page)
                    .contains("<strong>2</strong> unknown", "<strong>1</strong> abandoned")
                    .contains("<strong>1</strong> running", "<strong>1</strong> completed")
                    .contains("/console/operations?state=unknown")
                    .contains("lost-1", "lost-2", "gone-1")
                    .doesNotContain("works-1", "done-1");
            assertThat(page.indexOf("lost-2")).isLessThan(page.indexOf("gone-1"));
        }

        @Test
        void counts_no_more_than_it_says() {
            for (int i = 0; i < 10_050; i++) {
                completed(id("k" + i), Headers.EMPTY, "");
            }

            assertThat(page(viewer(), "/")).contains("<strong>10,000+</strong> completed");
        }

        @Test
        void tells_what_is_wrong() {
            console = console(settings().health(() -> List.of("event loop 1 gives no sign of life")));

            assertThat(page(viewer(), "/live")).contains("event loop 1 gives no sign of life");
        }
    }

    @Nested
    class The_list {
        @Test
        void finds_by_each_part_of_a_filter() {
            unknown(new OperationId(new Scope("bob", "/refunds"), new IdempotencyKey("order-1")), "Timeout");
            unknown(id("order-2"), "Connection was closed");
            completed(id("order-3"), Headers.EMPTY, "");
            Surfer viewer = viewer();

            assertThat(page(viewer, "/operations")).contains("order-1", "order-2", "order-3");
            assertThat(page(viewer, "/operations?state=unknown")).doesNotContain("order-3");
            assertThat(page(viewer, "/operations?route=%2Frefunds"))
                    .contains("order-1")
                    .doesNotContain("order-2");
            assertThat(page(viewer, "/operations?principal=bob"))
                    .contains("order-1")
                    .doesNotContain("order-2");
            assertThat(page(viewer, "/operations?reason=timeOUT"))
                    .contains("order-1")
                    .doesNotContain("order-2");
            assertThat(page(viewer, "/operations?key=order-2"))
                    .contains(">order-2<")
                    .doesNotContain(">order-1<");
            assertThat(page(viewer, "/operations?key=order&begins=yes")).contains(">order-1<", ">order-2<");
            assertThat(page(viewer, "/operations?key=order")).doesNotContain(">order-1<");
            assertThat(page(viewer, "/operations?key=rder&begins=yes")).doesNotContain(">order-1<");
            assertThat(page(viewer, "/operations?older-than=1h")).contains("There are no operations like that");
            assertThat(page(viewer, "/operations?attempts=2")).contains("There are no operations like that");
            assertThat(page(viewer, "/operations?state=&key=&route=&older-than=&attempts="))
                    .contains("order-1");
        }

        @Test
        void says_what_cannot_be_looked_for_beside_what_was_typed() {
            assertThat(page(viewer(), "/operations?older-than=soon&route=%2Fa"))
                    .contains("is not a time")
                    .contains("value=\"soon\"", "value=\"/a\"");
        }

        @Test
        void goes_on_page_by_page_with_the_filter_in_the_address() {
            for (int i = 0; i < 120; i++) {
                unknown("k" + i);
            }
            Surfer viewer = viewer();
            Matcher next = Pattern.compile("<a href=\"/console(/operations\\?[^\"]+)\" rel=\"next\"")
                    .matcher(page(viewer, "/operations?state=unknown"));
            assertThat(next.find()).isTrue();
            assertThat(next.group(1)).contains("state=unknown").contains("after=");

            assertThat(page(viewer, next.group(1).replace("&amp;", "&"))).contains("From the beginning");
        }

        @Test
        void looks_at_so_many_records_and_no_more() {
            for (int i = 0; i < 3_000; i++) {
                completed(id("k" + i), Headers.EMPTY, "");
            }

            assertThat(page(viewer(), "/operations?route=%2Fnowhere"))
                    .contains("Looked at about 2,000 records and found 0")
                    .contains("rel=\"next\"");
        }
    }

    @Nested
    class One_operation {
        @Test
        void is_shown_with_its_answer() {
            OperationRef ref = completed(id("k"), Headers.of("Content-Type", "text/plain"), "It is done");

            assertThat(page(viewer(), "/operation?op=" + ref.text()))
                    .contains("Content-Type: text/plain", "It is done", "10 bytes", "alice", "/charges");
        }

        @Test
        void is_shown_with_the_beginning_of_an_answer_that_is_too_long_for_a_page() {
            OperationRef ref = completed(id("k"), Headers.EMPTY, "x".repeat(100_000));
            Surfer viewer = viewer();

            String page = page(viewer, "/operation?op=" + ref.text());

            assertThat(page).hasSizeLessThan(40_000).contains("100,000 bytes").contains("Get the whole content");
            assertThat(viewer.get("/operation/content?op=" + ref.text()).body().length())
                    .isEqualTo(100_000);
        }

        @Test
        void that_is_not_there_is_said_to_be_gone() {
            OperationRef ref = new OperationRef(id("k"), new dev.reprise.FencingToken(3));

            assertThat(viewer().get("/operation?op=" + ref.text()).status()).isEqualTo(404);
            assertThat(viewer().get("/operation?op=nonsense").status()).isEqualTo(400);
        }
    }

    @Nested
    class A_release {
        @Test
        void says_first_what_will_happen_and_is_done_with_a_reason_and_an_entry_in_the_audit() {
            OperationRef ref = unknown("k");
            Surfer operator = operator();

            assertThat(page(operator, "/operation/release?op=" + ref.text()))
                    .contains("the next request with it executes", "Connection was closed");
            ConsoleResponse without =
                    operator.submit("/operation/release", "op", ref.text(), "reason", " ", "do", "yes");
            assertThat(without.status()).isEqualTo(422);
            assertThat(store.find(ref.id())).isPresent();
            ConsoleResponse done =
                    operator.submit("/operation/release", "op", ref.text(), "reason", "looked it up", "do", "yes");

            assertThat(done.status()).isEqualTo(303);
            assertThat(store.find(ref.id())).isEmpty();
            assertThat(latest().by()).isEqualTo("olivia");
            assertThat(latest().action()).isEqualTo("release");
            assertThat(latest().reason()).isEqualTo("looked it up");
            assertThat(latest().before()).startsWith("unknown, attempt 1").contains("Connection was closed");
            assertThat(latest().outcome()).isEqualTo("ended");
            assertThat(page(operator, "/audit")).contains("looked it up", "olivia", ">ended<");
        }

        @Test
        void of_what_has_changed_since_does_nothing_and_says_so() {
            OperationRef seen = unknown("k");
            store.release(new Lease(seen.id(), seen.seen(), 1, Duration.ofHours(1)));
            OperationRef now = unknown("k");

            ConsoleResponse response =
                    operator().submit("/operation/release", "op", seen.text(), "reason", "r", "do", "yes");

            assertThat(response.status()).isEqualTo(409);
            assertThat(Surfer.text(response)).contains("Nothing was done. It has changed", now.text(), ">r</textarea>");
            assertThat(store.find(seen.id())).isPresent();
            assertThat(audit.latest(null, 10).entries()).isEmpty();
        }

        @Test
        void of_what_somebody_works_on_is_refused() {
            Lease lease = running(id("k"), Duration.ofHours(1));
            OperationRef ref = new OperationRef(lease.id(), lease.token());

            ConsoleResponse response =
                    operator().submit("/operation/release", "op", ref.text(), "reason", "r", "do", "yes");

            assertThat(response.status()).isEqualTo(409);
            assertThat(Surfer.text(response)).contains("its owner is alive");
            assertThat(latest().outcome()).isEqualTo("running");
        }

        @Test
        void that_cannot_be_written_down_is_not_done() throws Exception {
            OperationRef ref = unknown("k");
            java.nio.file.Files.createDirectory(folder.resolve("audit.jsonl"));

            ConsoleResponse response =
                    operator().submit("/operation/release", "op", ref.text(), "reason", "r", "do", "yes");

            assertThat(response.status()).isEqualTo(503);
            assertThat(store.find(ref.id())).isPresent();
        }
    }

    @Nested
    class A_resolution {
        @Test
        void is_typed_checked_shown_and_then_recorded() {
            OperationRef ref = unknown("k");
            Surfer operator = operator();
            String[] typed = {
                "op", ref.text(), "status", "201", "headers", "Location: /a/1\r\nX-B: c", "body", "one\r\ntwo"
            };

            assertThat(page(operator, "/operation/resolve?op=" + ref.text())).contains("Check it");
            ConsoleResponse shown = operator.submit("/operation/resolve", typed);
            assertThat(Surfer.text(shown)).contains("Location: /a/1", "7 bytes", "name=\"do\"");
            assertThat(store.find(ref.id()).orElseThrow().state()).isInstanceOf(Unknown.class);
            ConsoleResponse done =
                    operator.submit("/operation/resolve", concat(typed, "reason", "the ledger has it", "do", "yes"));

            assertThat(done.status()).isEqualTo(303);
            Response recorded = ((Completed) store.find(ref.id()).orElseThrow().state()).response();
            assertThat(recorded.status()).isEqualTo(201);
            assertThat(recorded.headers().all("Location")).containsExactly("/a/1");
            assertThat(new String(recorded.body().bytes(), StandardCharsets.UTF_8))
                    .isEqualTo("one\ntwo");
            assertThat(latest().action()).isEqualTo("resolve with 201");
            assertThat(page(operator, "/done?what=resolve&op=" + ref.text())).contains("Resolved");
        }

        @Test
        void shows_what_is_wrong_beside_each_field_and_loses_nothing() {
            OperationRef ref = unknown("k");

            ConsoleResponse wrong = operator()
                    .submit(
                            "/operation/resolve",
                            "op",
                            ref.text(),
                            "status",
                            "99",
                            "headers",
                            "Date: now",
                            "body",
                            "not base64!",
                            "base64",
                            "yes");

            assertThat(wrong.status()).isEqualTo(422);
            assertThat(Surfer.text(wrong))
                    .contains("number of three digits")
                    .contains("never replayed")
                    .contains("value=\"99\"", ">Date: now</textarea>", ">not base64!</textarea>")
                    .containsPattern("name=\"base64\" value=\"yes\" checked");
        }

        @Test
        void can_be_changed_before_it_is_recorded() {
            OperationRef ref = unknown("k");

            ConsoleResponse again = operator()
                    .submit("/operation/resolve", "op", ref.text(), "status", "200", "body", "typed", "edit", "yes");

            assertThat(Surfer.text(again)).contains(">typed</textarea>", "Check it");
        }

        private String[] concat(String[] some, String... more) {
            return java.util.stream.Stream.concat(java.util.Arrays.stream(some), java.util.Arrays.stream(more))
                    .toArray(String[]::new);
        }
    }

    @Test
    void a_purge_is_confirmed_and_written_down() {
        Surfer operator = operator();

        assertThat(page(operator, "/purge")).contains("retention is over");
        assertThat(operator.submit("/purge", "reason", "tidy", "do", "yes").status())
                .isEqualTo(303);

        assertThat(latest().action()).isEqualTo("purge");
        assertThat(latest().outcome()).isEqualTo("0 deleted");
    }

    @Nested
    class The_audit {
        @Test
        void is_handed_out_without_formulas() {
            OperationRef ref = unknown("k");
            Surfer operator = operator();
            operator.submit(
                    "/operation/release", "op", ref.text(), "reason", "=HYPERLINK(\"http://evil\")", "do", "yes");

            ConsoleResponse csv = operator.get("/audit.csv");

            assertThat(Surfer.text(csv).lines().toList().getLast())
                    .contains("\"'=HYPERLINK(\"\"http://evil\"\")\"")
                    .contains("\"alice\"");
            assertThat(csv.headers().first("Content-Disposition")).hasValue("attachment; filename=\"audit.csv\"");
            for (String beginning : List.of("+1", "-1", "@a", "\ta", "＝1")) {
                assertThat(AuditPages.cell(beginning)).startsWith("\"'");
            }
            assertThat(Surfer.text(operator.get("/audit.jsonl"))).contains("\"reason\":\"=HYPERLINK(");
        }
    }
}
