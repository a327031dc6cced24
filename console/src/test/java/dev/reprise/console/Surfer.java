package dev.reprise.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.console.access.ConsoleUser;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Somebody with a browser that does as browsers do, unless a test says otherwise. */
final class Surfer {
    private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

    private final Console console;
    private final Map<String, String> fields = new HashMap<>();
    private String remote = "127.0.0.1";
    private final Map<String, String> cookies = new HashMap<>();
    private boolean tls;
    private @Nullable ConsoleUser user;

    Surfer(Console console) {
        this.console = console;
        fields.put("host", ConsoleFixture.HOST);
        fields.put("sec-fetch-site", "same-origin");
    }

    /** Sends a field from now on, or none of that name. */
    Surfer with(String name, @Nullable String value) {
        return with(name.toLowerCase(Locale.ROOT), value, fields);
    }

    private Surfer with(String name, @Nullable String value, Map<String, String> kept) {
        if (value == null) {
            kept.remove(name);
        } else {
            kept.put(name, value);
        }
        return this;
    }

    /** Comes from there. */
    Surfer from(String address) {
        remote = address;
        return this;
    }

    /** Comes by TLS, as far as the server knows. */
    Surfer byTls() {
        tls = true;
        return this;
    }

    /** Is authenticated by the server from now on, or not any more. */
    Surfer authenticated(@Nullable ConsoleUser named) {
        user = named;
        return this;
    }

    Surfer withCookie(@Nullable String value) {
        return with(Gatekeeper.COOKIE, value, cookies);
    }

    /** Has what another browser was given for a sign-in. */
    Surfer withSignInOf(Surfer other) {
        return with(ProviderSignIn.COOKIE, other.cookies.get(ProviderSignIn.COOKIE), cookies);
    }

    @Nullable
    String cookie() {
        return cookies.get(Gatekeeper.COOKIE);
    }

    ConsoleResponse get(String place) {
        return send("GET", place, "");
    }

    /** A form as it is, without what a page of the console puts into it. */
    ConsoleResponse post(String place, String... namesAndValues) {
        return send("POST", place, encoded(namesAndValues));
    }

    /** A form of a page, with the token that this page has. */
    ConsoleResponse submit(String place, String... namesAndValues) {
        String form = "csrf=" + csrf() + "&" + encoded(namesAndValues);
        return send("POST", place, form);
    }

    /** What a page of this session puts into its forms. */
    String csrf() {
        Matcher csrf = CSRF.matcher(text(get("/operations")));
        assertThat(csrf.find()).as("a page with a form").isTrue();
        return csrf.group(1);
    }

    Surfer signIn(String token) {
        assertThat(post("/sign-in", "token", token).status()).isEqualTo(303);
        return this;
    }

    private ConsoleResponse send(String method, String place, String form) {
        String[] parts = place.split("\\?", 2);
        Map<String, String> sent = new HashMap<>(fields);
        StringBuilder pairs = new StringBuilder("other=1");
        cookies.forEach(
                (name, value) -> pairs.append("; ").append(name).append('=').append(value));
        sent.put("cookie", pairs.toString());
        ConsoleResponse response = console.handle(new ConsoleRequest(
                method,
                parts[0],
                parts.length == 1 ? null : parts[1],
                form,
                name -> sent.get(name.toLowerCase(Locale.ROOT)),
                remote,
                tls,
                user));
        response.headers()
                .first("Set-Cookie")
                .ifPresent(set -> cookies.put(set.replaceAll("=.*", ""), set.replaceAll("^[^=]*=|;.*", "")));
        return response;
    }

    private static String encoded(String... namesAndValues) {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            form.append(form.isEmpty() ? "" : "&")
                    .append(namesAndValues[i])
                    .append('=')
                    .append(URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8));
        }
        return form.toString();
    }

    /** Waits until nothing is being done to many operations, and returns what the console says of it then. */
    String afterwards() {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        String job = text(get("/job"));
        while (job.contains("goes on") && System.nanoTime() < end) {
            Thread.onSpinWait();
            job = text(get("/job"));
        }
        assertThat(job).doesNotContain("goes on");
        return job;
    }

    static String text(ConsoleResponse response) {
        return new String(response.body().bytes(), StandardCharsets.UTF_8);
    }
}
