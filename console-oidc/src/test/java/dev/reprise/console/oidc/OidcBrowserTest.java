package dev.reprise.console.oidc;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Playwright.CreateOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.SameSiteAttribute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Signing in by a real provider in a real Chromium, which decides what cookies are sent when it comes back from another site: the provider is at
 * localhost, and the console at 127.0.0.1.
 */
class OidcBrowserTest {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

    @SuppressWarnings("NullAway.Init")
    private static Playwright playwright;

    @SuppressWarnings("NullAway.Init")
    private static Browser browser;

    @SuppressWarnings("NullAway.Init")
    private static SpringProvider provider;

    @SuppressWarnings("NullAway.Init")
    private MountedConsole console;

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
        provider = SpringProvider.start();
    }

    @AfterAll
    static void quit() {
        if (playwright != null) {
            playwright.close();
        }
        if (provider != null) {
            provider.close();
        }
    }

    @BeforeEach
    void mount() throws IOException {
        console = MountedConsole.start(provider.issuer(), "console", SpringProvider.secret("console"));
        provider.register("console", console.callback());
    }

    @AfterEach
    void unmount() {
        console.close();
    }

    private static void signInAtProvider(Page page, String name) {
        page.getByRole(AriaRole.LINK, new GetByRoleOptions().setName("Sign in with localhost"))
                .click();
        page.getByPlaceholder("Username").fill(name);
        page.getByPlaceholder("Password").fill(name + "-password");
        page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Sign in"))
                .click();
    }

    private String overview() {
        return console.at("/").toString();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ends_in_the_console_by_itself(boolean javaScript) {
        try (BrowserContext context = browser.newContext(new NewContextOptions().setJavaScriptEnabled(javaScript))) {
            Page page = context.newPage();
            page.navigate(overview());
            signInAtProvider(page, "olivia");

            assertThat(page.locator("h1")).hasText("Overview");
            assertThat(page.locator(".who")).containsText("olivia, operator");
            assertThat(page.url()).isEqualTo(overview());
            Cookie session = context.cookies(overview()).stream()
                    .filter(cookie -> cookie.name.equals("reprise-console"))
                    .findFirst()
                    .orElseThrow();
            assertThat(session.sameSite).isEqualTo(SameSiteAttribute.STRICT);
            assertThat(session.httpOnly).isTrue();
            assertThat(context.cookies())
                    .as("what was needed to sign in")
                    .noneMatch(cookie -> cookie.name.equals("reprise-sign-in"));

            page.reload();
            assertThat(page.locator("h1")).hasText("Overview");
            page.goBack();
            assertThat(page.url()).as("no code is in what one can go back to").doesNotContain("code=");
        }
    }

    @Test
    void that_is_refused_ends_at_the_page_that_says_so() {
        try (BrowserContext context = browser.newContext()) {
            Page page = context.newPage();
            page.navigate(overview());
            signInAtProvider(page, "nadia");

            assertThat(page.getByRole(AriaRole.ALERT)).containsText("in no group that may use this console");
            assertThat(page.url()).isEqualTo(console.at("/sign-in?why=no-role").toString());
        }
    }

    @Test
    void works_again_after_signing_out_and_needs_the_provider_to_say_so() {
        try (BrowserContext context = browser.newContext()) {
            Page page = context.newPage();
            page.navigate(overview());
            signInAtProvider(page, "victor");
            assertThat(page.locator(".who")).containsText("victor, viewer");

            page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Sign out"))
                    .click();
            assertThat(page.locator("h1")).hasText("Sign in");
            page.navigate(overview());
            assertThat(page.locator("h1")).hasText("Sign in");
            page.getByRole(AriaRole.LINK, new GetByRoleOptions().setName("Sign in with localhost"))
                    .click();

            assertThat(page.locator(".who")).containsText("victor, viewer");
        }
    }
}
