package dev.reprise.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Page;
import dev.reprise.Headers;
import dev.reprise.IdempotencyEvent.Executed;
import dev.reprise.IdempotencyEvent.OutcomeUnknown;
import dev.reprise.IdempotencyEvent.Replayed;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Completed;
import dev.reprise.Scope;
import dev.reprise.console.access.TokenFile;
import dev.reprise.console.charts.Activity;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.spi.Lease;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What somebody does in the console with a real Chromium, with scripts and without, from the beginning to the end. */
class BrowserTest extends ConsoleFixture {
    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    private final Activity activity = new Activity(clock);

    @SuppressWarnings("NullAway.Init")
    private WebServer server;

    @BeforeEach
    void serve() throws IOException {
        console.close();
        server = WebServer.start(port -> {
            console = new Console(
                    ConsoleSettings.at(MOUNT, Set.of("127.0.0.1:" + port))
                            .users(TokenFile.read(users()))
                            .clock(clock)
                            .build(),
                    new StoreOperations(store, null, audit),
                    activity);
            return console;
        });
        for (int minute = 0; minute < 60; minute++) {
            work((int) Math.round(70 + 20 * Math.sin(minute / 6.0)), minute / 10, minute == 41);
        }
        for (int i = 0; i < 60; i++) {
            unknown(
                    new OperationId(
                            new Scope("9f86d081884c7d65", "/v1/charges"), new IdempotencyKey("order-" + (4711 + i))),
                    i % 3 == 0 ? "The service did not answer within 30 s" : "Connection was closed");
        }
        unknown(
                new OperationId(new Scope("2c26b46b68ffc68f", "/v1/refunds"), new IdempotencyKey("refund-17")),
                "502 of the service");
        running(id("abandoned-1"), Duration.ofMillis(1));
        running(id("running-1"), Duration.ofHours(1));
        for (int i = 0; i < 5; i++) {
            completed(id("done-" + i), Headers.of("Content-Type", "application/json"), "{\"id\":" + i + "}");
        }
    }

    private void work(int executed, int retries, boolean lost) {
        for (int second = 0; second < 60; second += 10) {
            for (int i = 0; i < executed + second / 7; i++) {
                activity.on(new Executed(
                        id("k"), Duration.ofMillis(9 + (i * i) % 31 + executed / 8 + (lost ? 80 : 0)), 201));
            }
            for (int i = 0; i < retries + second / 20; i++) {
                activity.on(new Replayed(id("k"), Duration.ofMillis(1)));
            }
            if (lost) {
                activity.on(new OutcomeUnknown(id("k"), Duration.ofMillis(1), "lost"));
            }
            clock.advance(Activity.STEP);
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void finds_what_is_stuck_and_resolves_it() {
        Tab tab = CHROMIUM.open(server)
                .signIn(operatorToken)
                .picture("console-overview", 960, 520)
                .wide();
        Page page = tab.page();

        tab.follow("61 unknown");
        assertThat(page.locator("tbody tr")).hasCount(50);
        page.evaluate("window.stayed = true");
        tab.follow("Go on");
        assertThat(page.locator("tbody tr")).hasCount(11);
        assertThat(page.evaluate("window.stayed"))
                .as("htmx pages without loading anew")
                .isEqualTo(true);
        assertThat(page.url()).contains("state=unknown").contains("after=");

        page.getByLabel("Route").fill("/v1/refunds");
        tab.press("Find");
        assertThat(page.locator("tbody tr")).hasCount(1);
        tab.follow("refund-17").follow("Resolve …");
        page.getByLabel("Status, 200 to 599").fill("20");
        page.getByLabel("Fields, one a line").fill("Content-Type: application/json");
        page.getByLabel("Content. Line breaks").fill("{\"refunded\":true}");
        tab.press("Check it …");
        assertThat(page.locator("#status-error")).containsText("three digits");
        assertThat(page.getByLabel("Content. Line breaks")).hasValue("{\"refunded\":true}");
        page.getByLabel("Status, 200 to 599").fill("200");
        tab.press("Check it …").says("17 bytes");
        tab.confirm("The bank shows the refund", "Resolve").says("retries get the answer from now on");

        OperationId id = new OperationId(new Scope("2c26b46b68ffc68f", "/v1/refunds"), new IdempotencyKey("refund-17"));
        assertThat(store.find(id).orElseThrow().state()).isInstanceOf(Completed.class);
        tab.follow("Audit");
        assertThat(page.locator("tbody tr").first()).containsText("The bank shows the refund");
    }

    @Test
    void counts_again_while_it_is_seen() {
        Tab tab = CHROMIUM.open(server).signIn(operatorToken);
        store.release(new Lease(
                id("running-1"), store.find(id("running-1")).orElseThrow().token(), 1, Duration.ofHours(1)));
        clock.advance(Duration.ofSeconds(4));

        tab.awaits("0 running").isAt("Overview");
    }

    @Test
    void draws_what_the_process_did_and_goes_on_while_it_is_seen() {
        Tab tab = CHROMIUM.open(server).signIn(operatorToken);
        Page page = tab.page();
        page.setViewportSize(960, 900);
        tab.follow("Activity");
        assertThat(page.locator(".chart canvas")).hasCount(2);
        assertThat(page.locator("#point")).containsText("From 00:59:50 UTC: 69 executed, 7 replayed");
        assertThat(page.locator("#steps")).not().isVisible();
        tab.picture("console-activity", 960, 900);

        page.locator(".chart").first().press("ArrowLeft");
        assertThat(page.locator("#point")).containsText("From 00:59:40 UTC");
        page.keyboard().press("Home");
        assertThat(page.locator("#point")).containsText("From 00:00:00 UTC");
        page.getByText("As a table").click();
        assertThat(page.locator("#steps tbody tr")).hasCount(360);

        work(7, 0, false);
        page.waitForCondition(() -> {
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
            return page.locator("#steps tbody tr").first().textContent().contains("01:00:50 UTC");
        });
        assertThat(page.locator("#steps tbody tr")).hasCount(360);
        assertThat(page.locator("#steps tbody tr").last().innerText())
                .matches("2026-01-01 00:01:00 UTC\\s73\\s0\\s0\\s0\\s0\\s[0-9.]+ ms\\s[0-9.]+ ms");
        assertThat(page.locator("#steps tbody tr").first().innerText())
                .matches("2026-01-01 01:00:50 UTC\\s14\\s2\\s0\\s0\\s0\\s[0-9.]+ ms\\s[0-9.]+ ms");
    }

    @Test
    void is_used_on_a_telephone() {
        Tab tab = CHROMIUM.open(server).small().signIn(operatorToken);
        tab.go("/operations?key=order-4711")
                .follow("order-4711")
                .isAt("order-4711")
                .picture("console-operation", 360, 800);
        tab.follow("Release …")
                .confirm("The bank has never heard of it", "Release")
                .isAt("Done");

        assertThat(store.find(new OperationId(
                        new Scope("9f86d081884c7d65", "/v1/charges"), new IdempotencyKey("order-4711"))))
                .isEmpty();
    }

    @Test
    void works_without_javascript() {
        Tab tab = CHROMIUM.open(server, new NewContextOptions().setJavaScriptEnabled(false));
        Page page = tab.go("/").page();
        page.getByLabel("Token").fill(operatorToken.text());
        tab.press("Sign in").follow("Activity");
        assertThat(page.locator("#charts")).not().isVisible();
        assertThat(page.locator("#steps tbody tr").first()).containsText("00:59:50 UTC");
        tab.follow("Operations").follow("Go on");
        assertThat(page.locator("tbody tr").first()).isVisible();
        page.getByLabel("Choose order-47").first().check();
        tab.choose("release")
                .press("With the chosen ones …")
                .confirm("r", "Release")
                .isAt("Many operations");
        tab.press("Sign out").isAt("Sign in");
    }

    @Test
    void begins_with_a_link_to_the_content() {
        Tab tab = CHROMIUM.open(server).signIn(operatorToken);
        Page page = tab.page();

        page.keyboard().press("Tab");
        assertThat(page.getByText("To the content")).isFocused();
        page.keyboard().press("Enter");
        assertThat(page.locator("main")).isFocused();
        page.keyboard().press("Tab");
        assertThat(page.locator("main a").first()).isFocused();
    }
}
