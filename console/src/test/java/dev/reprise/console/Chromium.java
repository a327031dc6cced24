package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Playwright.CreateOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real Chromium for the tests of a class, which are skipped where there is none. A test fails if the browser has complained of
 * something, or was to ask anybody else but the console.
 */
final class Chromium implements BeforeAllCallback, AfterTestExecutionCallback, AfterAllCallback {
    private static final Path PROGRAM = Path.of("/usr/bin/chromium");

    private final List<String> complaints = new ArrayList<>();
    private final List<BrowserContext> open = new ArrayList<>();
    private @Nullable Playwright playwright;
    private @Nullable Browser browser;

    @Override
    public void beforeAll(ExtensionContext context) {
        assumeTrue(Files.isExecutable(PROGRAM), "There is no " + PROGRAM);
        Playwright started =
                Playwright.create(new CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        playwright = started;
        browser = started.chromium()
                .launch(new LaunchOptions()
                        .setExecutablePath(PROGRAM)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
    }

    /** A tab of somebody who has not been here before, as wide and as light as {@link Tab#wide}. */
    Tab open(WebServer server) {
        return open(server, new NewContextOptions());
    }

    /** The same with other options. */
    Tab open(WebServer server, NewContextOptions options) {
        BrowserContext context = Objects.requireNonNull(browser).newContext(options);
        open.add(context);
        Page page = context.newPage();
        page.onPageError(complaints::add);
        page.onConsoleMessage(message -> {
            if (Set.of("error", "warning").contains(message.type()) && !isExpected(message)) {
                complaints.add(message.text() + " at " + message.location());
            }
        });
        page.onRequest(request -> {
            if (!request.url().startsWith(server.address())) {
                complaints.add("asked for " + request.url());
            }
        });
        return new Tab(page, server.address() + ConsoleFixture.MOUNT).wide();
    }

    /** It reports each status of a refusal, also of those that a test wants; and that axe looks at the colours of a chart. */
    private static boolean isExpected(ConsoleMessage message) {
        boolean refused = message.text().contains("responded with a status of")
                && !message.location().contains("/assets/");
        return refused || message.text().startsWith("Canvas2D");
    }

    /** Before servers are closed, of which it would complain. */
    @Override
    public void afterTestExecution(ExtensionContext context) {
        open.forEach(BrowserContext::close);
        open.clear();
        List<String> said = List.copyOf(complaints);
        complaints.clear();
        assertThat(said)
                .as("what the browser complains of, and what is asked of others")
                .isEmpty();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (playwright != null) {
            playwright.close();
        }
    }
}
