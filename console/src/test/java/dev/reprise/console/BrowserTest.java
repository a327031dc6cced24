package dev.reprise.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Playwright.CreateOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
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
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The console in a real Chromium: with the keyboard, small and in the dark, without JavaScript, and by the rules of axe. */
class BrowserTest extends ConsoleFixture {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path PICTURES = Path.of("target", "pictures");
    private static final String AXE = "/META-INF/maven/org.webjars.npm/axe-core/pom.properties";

    @SuppressWarnings("NullAway.Init")
    private static Playwright playwright;

    @SuppressWarnings("NullAway.Init")
    private static Browser browser;

    private final List<String> complaints = new ArrayList<>();
    private final Activity activity = new Activity(clock);

    @SuppressWarnings("NullAway.Init")
    private WebServer server;

    @BeforeAll
    static void launch() {
        assumeTrue(Files.isExecutable(CHROMIUM), "There is no /usr/bin/chromium");
        playwright = Playwright.create(new CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
    }

    @AfterAll
    static void quit() {
        if (playwright != null) {
            playwright.close();
        }
    }

    @BeforeEach
    void serve() throws IOException {
        server = WebServer.start(port -> {
            console = new Console(
                    ConsoleSettings.at(MOUNT, Set.of("127.0.0.1:" + port))
                            .users(TokenFile.read(users()))
                            .clock(InstantSource.system())
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
        assertThat(complaints)
                .as("what the browser complains of, and what is asked of others")
                .isEmpty();
    }

    private NewContextOptions options(int width, ColorScheme scheme) {
        return new NewContextOptions().setViewportSize(width, 800).setColorScheme(scheme);
    }

    private Page open(NewContextOptions options) {
        BrowserContext context = browser.newContext(options);
        Page page = context.newPage();
        page.onPageError(complaints::add);
        page.onConsoleMessage(message -> {
            // Chromium reports each status of a refusal, also of those that a test wants.
            if (Set.of("error", "warning").contains(message.type())
                    && !message.text().contains("status of 422")) {
                complaints.add(message.text());
            }
        });
        page.onRequest(request -> {
            if (!request.url().startsWith(server.address())) {
                complaints.add("asked for " + request.url());
            }
        });
        return page;
    }

    private void signIn(Page page) {
        page.navigate(server.address() + "/console/");
        assertThat(page.getByLabel("Token")).isFocused();
        page.keyboard().type(operatorToken.text());
        page.keyboard().press("Enter");
        assertThat(page.locator("h1")).hasText("Overview");
    }

    private static void follow(Page page, String link) {
        page.getByRole(AriaRole.LINK, new GetByRoleOptions().setName(link).setExact(true))
                .first()
                .click();
    }

    private static void press(Page page, String button) {
        page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName(button)).click();
    }

    private static void picture(Page page, String name) {
        page.screenshot(new ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")));
    }

    @Test
    void finds_what_is_stuck_and_resolves_it() {
        Page page = open(options(1280, ColorScheme.LIGHT));
        signIn(page);
        page.setViewportSize(960, 520);
        picture(page, "console-overview");
        page.setViewportSize(1280, 800);

        follow(page, "61 unknown");
        assertThat(page.locator("tbody tr")).hasCount(50);
        page.evaluate("window.stayed = true");
        follow(page, "Go on");
        assertThat(page.locator("tbody tr")).hasCount(11);
        assertThat(page.evaluate("window.stayed"))
                .as("htmx pages without loading anew")
                .isEqualTo(true);
        assertThat(page.url()).contains("state=unknown").contains("after=");

        page.getByLabel("Route").fill("/v1/refunds");
        press(page, "Find");
        assertThat(page.locator("tbody tr")).hasCount(1);
        follow(page, "refund-17");
        follow(page, "Resolve …");
        page.getByLabel("Status, 200 to 599").fill("20");
        page.getByLabel("Fields, one a line").fill("Content-Type: application/json");
        page.getByLabel("Content. Line breaks").fill("{\"refunded\":true}");
        press(page, "Check it …");
        assertThat(page.locator("#status-error")).containsText("three digits");
        assertThat(page.getByLabel("Content. Line breaks")).hasValue("{\"refunded\":true}");
        page.getByLabel("Status, 200 to 599").fill("200");
        press(page, "Check it …");
        assertThat(page.locator("main")).containsText("17 bytes");
        page.getByLabel("Why?").fill("The bank shows the refund");
        press(page, "Resolve");
        assertThat(page.locator("main")).containsText("retries get the answer from now on");

        OperationId id = new OperationId(new Scope("2c26b46b68ffc68f", "/v1/refunds"), new IdempotencyKey("refund-17"));
        assertThat(store.find(id).orElseThrow().state()).isInstanceOf(Completed.class);
        follow(page, "Audit");
        assertThat(page.locator("tbody tr").first()).containsText("The bank shows the refund");
    }

    @Test
    void counts_again_while_it_is_seen() {
        Page page = open(options(1280, ColorScheme.LIGHT));
        signIn(page);
        store.release(new Lease(
                id("running-1"), store.find(id("running-1")).orElseThrow().token(), 1, Duration.ofHours(1)));

        page.waitForCondition(() -> {
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
            return page.locator(".counts").textContent().contains("0 running");
        });
        assertThat(page.locator("h1")).hasText("Overview");
    }

    @Test
    void draws_what_the_process_did_and_goes_on_while_it_is_seen() {
        Page page = open(options(960, ColorScheme.LIGHT).setViewportSize(960, 900));
        signIn(page);
        follow(page, "Activity");
        assertThat(page.locator(".chart canvas")).hasCount(2);
        assertThat(page.locator("#point")).containsText("From 00:59:50 UTC: 69 executed, 7 replayed");
        assertThat(page.locator("#steps")).not().isVisible();
        picture(page, "console-activity");

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
    void fits_on_a_small_screen_in_the_dark() {
        Page page = open(options(360, ColorScheme.DARK));
        signIn(page);
        List<String> places = new ArrayList<>(List.of(
                "/", "/activity", "/operations", "/nodes", "/audit", "/purge", "/bulk?what=release&state=unknown", "/job"));
        page.navigate(server.address() + "/console/operations?key=order-4711");
        follow(page, "order-4711");
        String operation = page.url().substring(page.url().indexOf("/operation?"));
        picture(page, "console-operation");
        places.add(operation);
        places.add(operation.replace("/operation?", "/operation/resolve?"));
        places.add(operation.replace("/operation?", "/operation/release?"));

        for (String place : places) {
            page.navigate(server.address() + "/console" + place);
            assertThat((int) page.evaluate("document.documentElement.scrollWidth"))
                    .as("width of " + place)
                    .isLessThanOrEqualTo(360);
        }
    }

    @Test
    void works_without_javascript() {
        Page page = open(options(1280, ColorScheme.LIGHT).setJavaScriptEnabled(false));
        page.navigate(server.address() + "/console/");
        page.getByLabel("Token").fill(operatorToken.text());
        press(page, "Sign in");
        follow(page, "Activity");
        assertThat(page.locator("#charts")).not().isVisible();
        assertThat(page.locator("#steps tbody tr").first()).containsText("00:59:50 UTC");
        follow(page, "Nodes");
        assertThat(page.locator("tbody tr").first()).containsText("node");
        follow(page, "Operations");
        follow(page, "Go on");
        assertThat(page.locator("tbody tr").first()).isVisible();
        page.getByLabel("Choose order-47").first().check();
        page.getByLabel("What to do").selectOption("release");
        press(page, "With the chosen ones …");
        page.getByLabel("Why?").fill("r");
        press(page, "Release");
        assertThat(page.locator("h1")).hasText("Many operations");
        press(page, "Sign out");
        assertThat(page.locator("h1")).hasText("Sign in");
    }

    @Test
    void can_be_used_with_the_keyboard_alone() {
        Page page = open(options(1280, ColorScheme.LIGHT));
        signIn(page);

        page.keyboard().press("Tab");
        assertThat(page.getByText("To the content")).isFocused();
        page.keyboard().press("Enter");
        assertThat(page.locator("main")).isFocused();
        page.keyboard().press("Tab");
        assertThat(page.locator("main a").first()).isFocused();
        assertThat((String) page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
                .isEqualTo("solid");
    }

    @Test
    void follows_the_rules_of_accessibility() {
        String axe = resource("/META-INF/resources/webjars/axe-core/" + version() + "/axe.min.js");
        OperationRef ref = seen("abandoned-1");
        String release = "/operation/release?op=" + ref.text();
        String operation = "/operation?op=" + seen("done-1").text();
        check(
                ColorScheme.LIGHT,
                axe,
                List.of(
                        "/",
                        "/activity",
                        "/operations",
                        operation,
                        "/operation/resolve?op=" + ref.text(),
                        release,
                        "/nodes",
                        "/audit",
                        "/job"));
        // What is different in the dark are the colours.
        check(ColorScheme.DARK, axe, List.of("/", "/activity", "/nodes", operation, release));
    }

    private OperationRef seen(String key) {
        return new OperationRef(id(key), store.find(id(key)).orElseThrow().token());
    }

    /** The policy of the pages forbids scripts of others, and axe is one. */
    private void check(ColorScheme scheme, String axe, List<String> places) {
        Page page = open(options(1280, scheme).setBypassCSP(true));
        page.navigate(server.address() + "/console/sign-in");
        check(page, axe);
        signIn(page);
        for (String place : places) {
            page.navigate(server.address() + "/console" + place);
            check(page, axe);
        }
        complaints.removeIf(complaint -> complaint.startsWith("Canvas2D"));
    }

    private static void check(Page page, String axe) {
        page.evaluate(axe);
        Object found = page.evaluate("async () => (await axe.run()).violations.map(v => v.id + ': ' + v.help + ' at '"
                + " + v.nodes.map(n => n.html).join(' | '))");
        assertThat((List<?>) found).as(page.url()).isEmpty();
    }

    private static String version() {
        Properties properties = new Properties();
        try (InputStream in = BrowserTest.class.getResourceAsStream(AXE)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    private static String resource(String name) {
        try (InputStream in = BrowserTest.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
