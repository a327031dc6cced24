package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Somebody who visits the console of an application, and sends what browsers send unless a test says otherwise. */
final class ConsoleVisitor {
    private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");
    private static final Pattern OPERATION = Pattern.compile("operation\\?op=([A-Za-z0-9_-]+)");

    private final Booted application;
    private final String place;
    private final Map<String, String> fields = new HashMap<>(Map.of("Sec-Fetch-Site", "same-origin"));
    private @Nullable String cookie;

    /** @param place where the console is */
    ConsoleVisitor(Booted application, String place) {
        this.application = application;
        this.place = place;
    }

    /** Has shown the application a password. */
    ConsoleVisitor as(String name) {
        return with("Authorization", basic(name));
    }

    static String basic(String name) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":secret").getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a field from now on, or none of that name. */
    ConsoleVisitor with(String name, @Nullable String value) {
        if (value == null) {
            fields.remove(name);
        } else {
            fields.put(name, value);
        }
        return this;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    /** A page that has to be there. */
    String page(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return response.body();
    }

    HttpResponse<String> post(String path, String... namesAndValues) throws IOException, InterruptedException {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            form.append(form.isEmpty() ? "" : "&")
                    .append(namesAndValues[i])
                    .append('=')
                    .append(URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8));
        }
        return send(request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form.toString())));
    }

    HttpResponse<String> release(String operation, String csrf) throws IOException, InterruptedException {
        return post("/operation/release", "csrf", csrf, "op", operation, "reason", "it failed", "do", "yes");
    }

    /** What a page of this session puts into its forms. */
    String csrf() throws IOException, InterruptedException {
        return found(CSRF, page("/operations"));
    }

    /** The only operation that there is with that key. */
    String operation(String key) throws IOException, InterruptedException {
        return found(OPERATION, page("/operations?key=" + key));
    }

    private static String found(Pattern pattern, String page) {
        Matcher found = pattern.matcher(page);
        assertThat(found.find()).as("%s in %s", pattern, page).isTrue();
        return found.group(1);
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(application.uri(place + path));
        fields.forEach(request::header);
        if (cookie != null) {
            request.header("Cookie", cookie);
        }
        return request;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = application.send(request);
        response.headers().allValues("Set-Cookie").stream()
                .filter(set -> set.startsWith("reprise-console="))
                .forEach(set -> cookie = set.replaceAll(";.*", ""));
        return response;
    }
}
