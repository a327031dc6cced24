package dev.reprise.console.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Somebody with cookies of their own, who goes where they are sent, and remembers where they were. */
final class Visitor implements AutoCloseable {
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

    private final HttpClient client = HttpClient.newHttpClient();
    /** By host; paths and ports do not matter here. */
    private final Map<String, Map<String, String>> cookies = new HashMap<>();

    private final List<URI> been = new ArrayList<>();

    /** Where they were, in order. */
    List<URI> been() {
        return been;
    }

    HttpResponse<String> get(URI place) {
        been.add(place);
        return send(HttpRequest.newBuilder(place));
    }

    /** Goes there, and on as long as they are sent on. */
    HttpResponse<String> go(URI place) {
        return on(get(place));
    }

    /** Goes on until a page, or until they would come to this place. */
    HttpResponse<String> upTo(String stop, HttpResponse<String> response) {
        HttpResponse<String> at = response;
        while (at.statusCode() / 100 == 3 && !next(at).toString().startsWith(stop)) {
            at = get(next(at));
        }
        return at;
    }

    private HttpResponse<String> on(HttpResponse<String> response) {
        return upTo("nowhere", response);
    }

    /** Where an answer sends them. */
    static URI next(HttpResponse<String> response) {
        return response.uri().resolve(response.headers().firstValue("Location").orElseThrow());
    }

    /** Begins to sign in, and shows the provider who they are; the answer sends them on. */
    HttpResponse<String> showAtProvider(MountedConsole console, String name) {
        HttpResponse<String> form = go(console.at("/sign-in/provider"));
        assertThat(form.uri().getPath()).as(form.body()).isEqualTo("/login");
        Matcher csrf = CSRF.matcher(form.body());
        assertThat(csrf.find()).as(form.body()).isTrue();
        return send(HttpRequest.newBuilder(form.uri())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("username=" + name + "&password=" + name + "-password&_csrf="
                        + URLEncoder.encode(csrf.group(1), StandardCharsets.UTF_8))));
    }

    /** Signs in, and comes to the page behind it. */
    HttpResponse<String> signIn(MountedConsole console, String name) {
        return on(showAtProvider(console, name));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        Map<String, String> own = cookies.computeIfAbsent(request.build().uri().getHost(), host -> new TreeMap<>());
        own.forEach((name, value) -> request.header("Cookie", name + "=" + value));
        try {
            HttpResponse<String> response =
                    client.send(request.header("Accept", "text/html").build(), BodyHandlers.ofString());
            for (String set : response.headers().allValues("Set-Cookie")) {
                own.put(set.replaceAll("=.*", ""), set.replaceAll("^[^=]*=|;.*", ""));
            }
            return response;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
