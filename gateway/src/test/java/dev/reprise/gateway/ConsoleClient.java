package dev.reprise.gateway;

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
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Somebody who uses the console of a gateway as browsers do, and who has signed in. Thread-safe. */
final class ConsoleClient {
    private final HttpClient client;
    private final String place;
    private final String cookie;

    /** Signs in at the admin address. */
    ConsoleClient(HttpClient client, int adminPort, String token) throws IOException, InterruptedException {
        this.client = client;
        this.place = "http://127.0.0.1:" + adminPort + "/console";
        HttpResponse<String> signedIn = post("/sign-in", "", "token=" + token);
        assertThat(signedIn.statusCode()).isEqualTo(303);
        this.cookie = signedIn.headers().firstValue("set-cookie").orElseThrow().split(";", 2)[0];
    }

    private HttpRequest.Builder request(String path, String sent) {
        return HttpRequest.newBuilder(URI.create(place + path))
                .timeout(Duration.ofSeconds(60))
                .header("Cookie", sent)
                .header("Sec-Fetch-Site", "same-origin");
    }

    private HttpResponse<String> post(String path, String sent, String form) throws IOException, InterruptedException {
        return client.send(
                request(path, sent).POST(BodyPublishers.ofString(form)).build(), BodyHandlers.ofString());
    }

    /** Something of the console. */
    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path, cookie).build(), BodyHandlers.ofString());
    }

    /** A form as it is. */
    HttpResponse<String> post(String path, String form) throws IOException, InterruptedException {
        return post(path, cookie, form);
    }

    /** A form of a page of this session, about an operation and with a reason. */
    HttpResponse<String> act(String path, String operation) throws IOException, InterruptedException {
        return submit(path, "op=" + operation + "&reason=looked+it+up&do=yes");
    }

    /** A form of a page of this session, with what is filled in. */
    HttpResponse<String> submit(String path, String filledIn) throws IOException, InterruptedException {
        String csrf = found(get("/operations").body(), "name=\"csrf\" value=\"([^\"]+)\"");
        return post(path, "csrf=" + URLEncoder.encode(csrf, StandardCharsets.UTF_8) + "&" + filledIn);
    }

    /** The id of the session, which only the browser has. */
    String session() {
        return cookie.substring(cookie.indexOf('=') + 1);
    }

    /** How pages name the only operation with the key. */
    String operation(String key) throws IOException, InterruptedException {
        return found(get("/operations?key=" + key).body(), "/console/operation\\?op=([A-Za-z0-9_-]+)");
    }

    private static String found(String page, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(page);
        assertThat(found.find()).as(pattern).isTrue();
        return found.group(1);
    }
}
