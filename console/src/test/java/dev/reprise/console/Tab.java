package dev.reprise.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.EmulateMediaOptions;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.reprise.console.access.ConsoleToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.function.UnaryOperator;

/** A tab of a browser in which somebody looks at a console, and what they do there. */
final class Tab {
    private static final Path PICTURES = Path.of("target", "pictures");
    private static final String AXE = "/META-INF/maven/org.webjars.npm/axe-core/pom.properties";
    /** More steps of the keyboard than any page of a test has. */
    private static final int FAR = 200;

    private final Page page;
    private final String console;

    /** @param console the address of the console */
    Tab(Page page, String console) {
        this.page = page;
        this.console = console;
    }

    Page page() {
        return page;
    }

    /** Is 1280 pixels wide and light from now on. */
    Tab wide() {
        page.setViewportSize(1280, 800);
        page.emulateMedia(new EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        return this;
    }

    /** Is 360 pixels wide and dark from now on. */
    Tab small() {
        page.setViewportSize(360, 800);
        page.emulateMedia(new EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        return this;
    }

    Tab go(String place) {
        page.navigate(console + place);
        return this;
    }

    /** The field has to be the first thing that is typed into. */
    Tab signIn(ConsoleToken token) {
        go("/");
        assertThat(page.getByLabel("Token")).isFocused();
        page.keyboard().insertText(token.text());
        page.keyboard().press("Enter");
        return isAt("Overview");
    }

    private Locator named(AriaRole role, String name) {
        return page.getByRole(role, new GetByRoleOptions().setName(name).setExact(true))
                .first();
    }

    Tab follow(String link) {
        named(AriaRole.LINK, link).click();
        return this;
    }

    Tab press(String button) {
        named(AriaRole.BUTTON, button).click();
        return this;
    }

    /** Chooses what is to be done to many. */
    Tab choose(String what) {
        page.getByLabel("What to do").selectOption(what);
        return this;
    }

    /** Says yes to what the page asks, for this reason. */
    Tab confirm(String reason, String button) {
        page.getByLabel("Why?").fill(reason);
        return press(button);
    }

    Tab isAt(String heading) {
        assertThat(page.locator("h1")).hasText(heading);
        return this;
    }

    Tab says(String text) {
        assertThat(page.locator("main")).containsText(text);
        return this;
    }

    /** There is nothing to press. */
    Tab offersNothing() {
        assertThat(page.locator("main form, main .button, main li a")).hasCount(0);
        return this;
    }

    /** Has the part of the page that looks again by itself look now, until it says so. */
    Tab awaits(String text) {
        page.waitForCondition(() -> {
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
            return page.locator("#live").textContent().contains(text);
        });
        return this;
    }

    /** The same of what is done to many operations, until that has ended. */
    Tab awaitsEnd(String state) {
        page.waitForCondition(() -> {
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
            return page.locator("#live dd").last().textContent().equals(state);
        });
        return this;
    }

    /** The paths in the console to which links of the page lead. */
    List<String> links() {
        Object hrefs =
                page.evaluate("() => [...document.querySelectorAll('a[href]')].map(link => link.getAttribute('href'))");
        return ((List<?>) hrefs)
                .stream()
                        .map(String::valueOf)
                        .filter(href -> href.startsWith(ConsoleFixture.MOUNT))
                        .map(Tab::path)
                        .toList();
    }

    /** Where it is, in the console and without a query. */
    String path() {
        return path(page.url().substring(console.length() - ConsoleFixture.MOUNT.length()));
    }

    private static String path(String href) {
        return href.substring(ConsoleFixture.MOUNT.length()).replaceFirst("[?#].*", "");
    }

    Tab fits() {
        assertThat((int) page.evaluate("document.documentElement.scrollWidth - innerWidth"))
                .as("what sticks out of " + page.url())
                .isNotPositive();
        return this;
    }

    /** Follows the rules of axe. */
    Tab isAccessible() {
        return follows("{resultTypes: ['violations']}");
    }

    /** Follows those that depend on colours and on width, where all others were looked at before. */
    Tab isLegible() {
        return follows("{resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block',"
                + " 'scrollable-region-focusable']}");
    }

    private Tab follows(String rules) {
        if (page.evaluate("typeof axe").equals("undefined")) {
            page.evaluate(resource("/META-INF/resources/webjars/axe-core/" + version() + "/axe.min.js"));
        }
        Object found = page.evaluate("async () => (await axe.run(" + rules + ")).violations"
                + ".map(v => v.id + ': ' + v.help + ' at ' + v.nodes.map(n => n.html).join(' | '))");
        assertThat((List<?>) found).as(page.url()).isEmpty();
        return this;
    }

    /**
     * Goes from the link that skips to the content with the keyboard alone, and fills in on its way what has to be, until it is at a link
     * or button of that name, which has to show that it is.
     *
     * @param typed what is typed into the field of that name
     */
    Tab reach(String control, UnaryOperator<String> typed) {
        page.locator(".skip").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("main")).isFocused();
        for (int step = 0; step < FAR; step++) {
            page.keyboard().press("Tab");
            List<?> focused = (List<?>) page.evaluate("() => { const e = document.activeElement; return ["
                    + "e.innerText.trim(), e.name || '', e.matches(':invalid'), getComputedStyle(e).outlineStyle]; }");
            if (focused.get(0).equals(control)) {
                assertThat(focused.get(3)).as("that one sees where one is").isEqualTo("solid");
                return this;
            }
            if (focused.get(2).equals(true)) {
                page.keyboard().insertText(typed.apply(String.valueOf(focused.get(1))));
            }
        }
        throw new AssertionError("The keyboard does not get to " + control + " of " + page.url());
    }

    /** For the documentation. */
    Tab picture(String name, int width, int height) {
        page.setViewportSize(width, height);
        SmallPicture.of(page.screenshot()).write(PICTURES.resolve(name + ".png"));
        return this;
    }

    private static String version() {
        Properties properties = new Properties();
        try (InputStream in = Tab.class.getResourceAsStream(AXE)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    private static String resource(String name) {
        try (InputStream in = Tab.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
