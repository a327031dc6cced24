package dev.reprise.testkit;

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
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Somebody who visits a console by HTTP, and sends what browsers send unless a test says otherwise. Not thread-safe. */
public final class HttpVisitor implements AutoCloseable {
    private static final String COOKIE = "reprise-console=";
    private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");
    private static final Pattern OPERATION = Pattern.compile("operation\\?op=([A-Za-z0-9_-]+)");

    private final HttpClient client;
    private final String console;
    private final Map<String, String> fields = new HashMap<>(Map.of("Sec-Fetch-Site", "same-origin"));
    private @Nullable String cookie;

    /** @param console its address, without a slash at the end */
    public HttpVisitor(String console) {
        this(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), console);
    }

    /**
     * One of several who share a client.
     *
     * @param console its address, without a slash at the end
     */
    public HttpVisitor(HttpClient client, String console) {
        this.client = client;
        this.console = console;
    }

    /** Has shown the application a password, which is {@code secret}. */
    public HttpVisitor as(String name) {
        return with("Authorization", basic(name));
    }

    /** What shows the application who somebody is. */
    public static String basic(String name) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":secret").getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a field from now on, or none of that name. */
    public HttpVisitor with(String name, @Nullable String value) {
        if (value == null) {
            fields.remove(name);
        } else {
            fields.put(name, value);
        }
        return this;
    }

    /** What keeps the session; null if there is none. */
    public @Nullable String cookie() {
        return cookie;
    }

    /** Asks for a page, which may be refused. */
    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    /** A page that has to be there. */
    public String page(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return response.body();
    }

    /** Sends a form. */
    public HttpResponse<String> post(String path, String... namesAndValues) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(encoded(namesAndValues))));
    }

    /** Sends the form that releases an operation. */
    public HttpResponse<String> release(String operation, String csrf) throws IOException, InterruptedException {
        return post("/operation/release", "csrf", csrf, "op", operation, "reason", "it failed", "do", "yes");
    }

    /** What a page of this session puts into its forms. */
    public String csrf() throws IOException, InterruptedException {
        return found(CSRF, page("/operations"));
    }

    /** The only operation that there is with that key. */
    public String operation(String key) throws IOException, InterruptedException {
        return found(OPERATION, page("/operations?key=" + key));
    }

    private static String found(Pattern pattern, String page) {
        Matcher found = pattern.matcher(page);
        assertThat(found.find()).as("%s in %s", pattern, page).isTrue();
        return found.group(1);
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(console + path)).timeout(Duration.ofSeconds(60));
        fields.forEach(request::header);
        if (cookie != null) {
            request.header("Cookie", cookie);
        }
        return request;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        response.headers().allValues("Set-Cookie").stream()
                .filter(set -> set.startsWith(COOKIE))
                .forEach(set -> cookie = set.replaceAll(";.*", ""));
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

    /** Closes the client, also one that is shared. */
    @Override
    public void close() {
        client.close();
    }
}
