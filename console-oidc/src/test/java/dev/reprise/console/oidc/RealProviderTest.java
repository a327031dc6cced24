package dev.reprise.console.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Signing in by a real provider: Spring Authorization Server. */
class RealProviderTest {
    @SuppressWarnings("NullAway.Init")
    private static SpringProvider provider;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void start() {
        provider = SpringProvider.start();
    }

    @AfterAll
    static void stop() {
        provider.close();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    private MountedConsole console(String client, @Nullable String secret) throws IOException {
        MountedConsole console = MountedConsole.start(provider.issuer(), client, secret);
        opened.add(console);
        if (secret == null) {
            provider.registerPublic(client, console.callback());
        } else {
            provider.register(client, console.callback());
        }
        return console;
    }

    private MountedConsole console(String client) throws IOException {
        return console(client, SpringProvider.secret(client));
    }

    private Visitor visitor() {
        Visitor visitor = new Visitor();
        opened.add(visitor);
        return visitor;
    }

    private static void isRefused(HttpResponse<String> page, int status, String words) {
        assertThat(page.uri().getPath()).isEqualTo("/console/sign-in");
        assertThat(page.statusCode()).isEqualTo(status);
        assertThat(page.body()).contains(words);
    }

    @Test
    void lets_an_operator_in_under_their_name_and_a_viewer_who_only_sees() throws Exception {
        MountedConsole console = console("console");
        Visitor olivia = visitor();
        Visitor victor = visitor();

        HttpResponse<String> goOn = olivia.signIn(console, "olivia");
        assertThat(goOn.uri()).isEqualTo(console.at("/sign-in/go-on"));
        assertThat(olivia.get(console.at("/")).body()).contains("olivia, operator");
        victor.signIn(console, "victor");

        assertThat(victor.get(console.at("/")).body())
                .contains("victor, viewer")
                .doesNotContain("/purge");
    }

    @Test
    void lets_a_public_client_in_by_what_it_has_begun_with_alone() throws Exception {
        MountedConsole console = console("public-console", null);
        Visitor olivia = visitor();

        HttpResponse<String> goOn = olivia.signIn(console, "olivia");

        assertThat(goOn.uri()).as(goOn.body()).isEqualTo(console.at("/sign-in/go-on"));
        assertThat(olivia.get(console.at("/")).body()).contains("olivia, operator");
    }

    @Test
    void lets_in_nobody_without_a_group() throws Exception {
        MountedConsole console = console("console-for-few");
        Visitor nadia = visitor();

        isRefused(nadia.signIn(console, "nadia"), 403, "in no group that may use this console");
        assertThat(nadia.get(console.at("/")).statusCode()).isEqualTo(303);
    }

    @Test
    void asks_for_no_password_again_while_the_provider_knows_them() throws Exception {
        MountedConsole console = console("console-again");
        Visitor olivia = visitor();
        olivia.signIn(console, "olivia");

        HttpResponse<String> again = olivia.go(console.at("/sign-in/provider"));

        assertThat(again.uri()).isEqualTo(console.at("/sign-in/go-on"));
    }

    @Test
    void signs_with_new_keys_as_it_likes() throws Exception {
        MountedConsole console = console("console-of-keys");
        visitor().signIn(console, "olivia");
        provider.rotate();
        Visitor olivia = visitor();

        olivia.signIn(console, "olivia");

        assertThat(olivia.get(console.at("/")).statusCode()).isEqualTo(200);
    }

    @Test
    void gives_nothing_to_who_has_another_secret() throws Exception {
        MountedConsole console = MountedConsole.start(provider.issuer(), "console-of-secrets", "another-secret");
        opened.add(console);
        provider.register("console-of-secrets", console.callback());

        isRefused(visitor().signIn(console, "olivia"), 403, "could not be believed");
    }

    @Test
    void gives_nothing_for_a_code_of_another_client_or_of_another_sign_in() throws Exception {
        MountedConsole theirs = console("console-of-theirs");
        MountedConsole ours = console("console-of-ours");

        for (MountedConsole origin : List.of(theirs, ours)) {
            Visitor attacker = visitor();
            URI stolen = Visitor.next(attacker.upTo(origin.callback(), attacker.showAtProvider(origin, "olivia")));
            Visitor victim = visitor();
            URI own = Visitor.next(victim.upTo(ours.callback(), victim.showAtProvider(ours, "victor")));
            String mixed = ours.callback() + "?code=" + parameter(stolen, "code") + "&state=" + parameter(own, "state");

            isRefused(victim.go(URI.create(mixed)), 403, "could not be believed");
            assertThat(victim.get(ours.at("/")).statusCode()).isEqualTo(303);
        }
    }

    @Test
    void is_not_believed_by_another_browser_or_twice() throws Exception {
        MountedConsole console = console("console-of-browsers");
        Visitor olivia = visitor();
        URI callback = Visitor.next(olivia.upTo(console.callback(), olivia.showAtProvider(console, "olivia")));
        Visitor other = visitor();
        other.get(console.at("/sign-in/provider"));

        isRefused(visitor().go(callback), 403, "belongs to another browser");
        isRefused(other.go(callback), 403, "belongs to another browser");
        assertThat(olivia.go(callback).uri()).isEqualTo(console.at("/sign-in/go-on"));
        assertThat(Visitor.next(olivia.get(callback))).isEqualTo(console.at("/sign-in?why=stale"));
        assertThat(olivia.get(console.at("/")).statusCode()).isEqualTo(200);
    }

    @Test
    void declines_what_it_was_not_told_of() throws Exception {
        MountedConsole console = console("console-declined");
        Visitor visitor = visitor();
        URI provider = Visitor.next(visitor.get(console.at("/sign-in/provider")));
        String declined = console.callback() + "?error=access_denied&error_description=%3Cb%3Eno&state="
                + parameter(provider, "state");

        HttpResponse<String> page = visitor.go(URI.create(declined));

        isRefused(page, 403, "has not signed you in");
        assertThat(page.body()).doesNotContain("<b>no");
    }

    @Test
    void leaves_no_code_no_secret_and_no_token_in_logs_pages_and_addresses() throws Exception {
        Logger logger = Logger.getLogger("dev.reprise.console");
        Queue<String> log = new ConcurrentLinkedQueue<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord written) {
                log.add(new SimpleFormatter().format(written));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        Level before = logger.getLevel();
        logger.setLevel(Level.ALL);
        try {
            MountedConsole console = console("console-quiet");
            Visitor olivia = visitor();
            HttpResponse<String> back = olivia.upTo(console.callback(), olivia.showAtProvider(console, "olivia"));
            URI callback = Visitor.next(back);
            int behind = olivia.been().size() + 1;
            String goOn = olivia.go(callback).body();
            String overview = olivia.get(console.at("/")).body();
            String refused = olivia.go(callback).body();

            List<String> secrets = List.of(
                    parameter(callback, "code"),
                    parameter(callback, "state"),
                    SpringProvider.secret("console-quiet"),
                    "eyJ");
            String addresses = olivia.been().stream()
                    .skip(behind)
                    .filter(address -> !address.equals(callback))
                    .toList()
                    .toString();
            assertThat(addresses).contains("/console/sign-in/go-on", "why=stale");
            for (String text : List.of(goOn, overview, refused, addresses, log.toString())) {
                assertThat(text).doesNotContain(secrets);
            }
            assertThat(log.toString()).contains("olivia has signed in", "by localhost as olivia");
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(before);
        }
    }

    private static String parameter(URI address, String name) {
        for (String pair : address.getRawQuery().split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        throw new AssertionError(address + " has no " + name);
    }
}
