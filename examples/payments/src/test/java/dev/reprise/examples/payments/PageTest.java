package dev.reprise.examples.payments;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Playwright.CreateOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The page in a real Chromium. */
class PageTest {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final double PATIENCE_MILLIS = 60_000;

    @Test
    void the_page_shows_what_follows_with_a_key_and_without() {
        assumeTrue(Files.isExecutable(CHROMIUM), "There is no /usr/bin/chromium");
        try (Running application = Running.start();
                Playwright playwright =
                        Playwright.create(new CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright
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
                                        "--disable-sync")))) {
            Page page = browser.newPage();
            List<String> errors = new ArrayList<>();
            page.onPageError(errors::add);
            page.navigate(application.uri("/").toString());

            page.getByText("Send it").click();
            assertThat(page.locator("#verdict")).hasText("Happened once, and the client knows it.", patiently());
            assertThat(page.locator("#attempts .known")).hasCount(1);
            assertThat(page.locator("#transfers")).hasText("1");
            assertThat(page.locator("#records tbody")).containsText("/transfers");
            page.setViewportSize(900, 860);
            page.screenshot(new ScreenshotOptions().setPath(Path.of("target", "page.png")));

            page.getByText("with an idempotency key").click();
            page.getByText("Send it").click();
            assertThat(page.locator("#verdict")).hasText("Happened 3 times.", patiently());
            assertThat(page.locator("#transfers")).hasText("4");
            assertThat(errors).isEmpty();
        }
    }

    private static HasTextOptions patiently() {
        return new HasTextOptions().setTimeout(PATIENCE_MILLIS);
    }
}
