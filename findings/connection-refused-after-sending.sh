#!/bin/sh
# What clients report when a server crashes while it works on a POST.
#
# Guess:  ConnectException, "Connection refused", means that nothing was sent: it is the one failure after which a POST without a key may be
#         repeated, and so retry policies list it.
# Seen:   the server reads the POST, stops listening and closes the connection, as a process does that dies. The table below has the
#         exception: on a new connection, on one that has carried an answer before, and when a 503 was the server's last word.
#         HttpURLConnection repeats the request, is refused, and reports that: ConnectException, with no trace of the first sending;
#         stripe-java 33.3.0 has it as its cause. OkHttp 5.5.1 does so on a used connection, and keeps the first failure among the
#         suppressed exceptions. Apache HttpClient 5.6.5 does so after a 503 (HttpHostConnectException is a ConnectException), which it
#         hides. java.net.http reports what happened.
# Matters: code that retries "only if the connection was refused", or tells its user that nothing has happened, is wrong just when a server
#         has crashed in the middle of the work.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
central=https://repo.maven.apache.org/maven2
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
get com/squareup/okhttp3 okhttp-jvm 5.5.1
get com/squareup/okio okio-jvm 3.18.1
get org/jetbrains/kotlin kotlin-stdlib 2.4.0
get org/apache/httpcomponents/client5 httpclient5 5.6.5
get org/apache/httpcomponents/core5 httpcore5 5.4.4
get org/apache/httpcomponents/core5 httpcore5-h2 5.4.4
get org/slf4j slf4j-api 2.0.17
get com/stripe stripe-java 33.3.0
get com/google/code/gson gson 2.14.0
cat > "$work/Crashes.java" <<'J'
import com.stripe.StripeClient;
import com.stripe.param.ChargeCreateParams;
import java.io.*;
import java.net.*;
import java.net.http.*;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.*;
import okhttp3.*;

public class Crashes {
    interface Post { void to(String url) throws Exception; }

    public static void main(String[] arguments) throws Exception {
        System.out.println("client | new connection | used connection | after 503");
        row("HttpURLConnection", url -> {
            HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setDoOutput(true);
            connection.getOutputStream().write("body".getBytes());
            connection.getResponseCode();
            InputStream body = connection.getErrorStream() == null ? connection.getInputStream() : connection.getErrorStream();
            body.readAllBytes();
        });
        HttpClient jdk = HttpClient.newHttpClient();
        row("java.net.http", url -> jdk.send(
                HttpRequest.newBuilder(URI.create(url)).POST(HttpRequest.BodyPublishers.ofString("body")).build(),
                HttpResponse.BodyHandlers.ofString()));
        var apache = org.apache.hc.client5.http.impl.classic.HttpClients.createDefault();
        row("HttpClient 5", url -> {
            var post = new org.apache.hc.client5.http.classic.methods.HttpPost(url);
            post.setEntity(new org.apache.hc.core5.http.io.entity.StringEntity("body"));
            apache.execute(post, response -> {
                org.apache.hc.core5.http.io.entity.EntityUtils.consume(response.getEntity());
                return null;
            });
        });
        OkHttpClient ok = new OkHttpClient();
        row("OkHttp", url -> ok.newCall(new Request.Builder().url(url).post(RequestBody.create("body".getBytes())).build()).execute().close());
        row("stripe-java without retries", url -> StripeClient.builder()
                .setApiKey("sk").setApiBase(url.substring(0, url.length() - 1)).setMaxNetworkRetries(0).build()
                .v1().charges().create(ChargeCreateParams.builder().setAmount(1L).build()));
        System.exit(0);
    }

    static void row(String name, Post post) throws Exception {
        System.out.println(name + " | " + exception(post, false, false) + " | " + exception(post, true, false)
                + " | " + exception(post, false, true));
    }

    /** What the caller of a POST gets that the server has read, and in whose middle it crashes, or after an answer of 503. */
    static String exception(Post post, boolean used, boolean busy) throws Exception {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        AtomicInteger read = new AtomicInteger();
        Thread thread = new Thread(() -> serve(server, used ? 1 : 0, busy, read));
        thread.setDaemon(true);
        thread.start();
        String url = "http://127.0.0.1:" + server.getLocalPort() + "/";
        if (used) {
            post.to(url);
        }
        try {
            post.to(url);
            return "the answer";
        } catch (Exception e) {
            if (read.get() != 1) {
                throw new IllegalStateException("the server has read " + read, e);
            }
            return name(e) + (e.getCause() == null || e instanceof IOException ? "" : ", caused by " + name(e.getCause()));
        }
    }

    private static String name(Throwable failure) {
        for (Throwable suppressed : failure.getSuppressed()) {
            if (!(suppressed instanceof ConnectException)) {
                return failure.getClass().getSimpleName() + ", suppressed " + suppressed.getClass().getSimpleName();
            }
        }
        return failure.getClass().getSimpleName();
    }

    static void serve(ServerSocket server, int answers, boolean busy, AtomicInteger read) {
        try (server; Socket socket = server.accept()) {
            for (int answer = 0; ; answer++) {
                StringBuilder head = new StringBuilder();
                while (!head.toString().endsWith("\r\n\r\n")) {
                    int next = socket.getInputStream().read();
                    if (next < 0) {
                        return;
                    }
                    head.append((char) next);
                }
                Matcher length = Pattern.compile("(?i)\r\ncontent-length: (\\d+)").matcher(head);
                length.find();
                socket.getInputStream().readNBytes(Integer.parseInt(length.group(1)));
                if (answer == answers) {
                    read.incrementAndGet();
                    server.close();
                    if (busy) {
                        socket.getOutputStream().write(("HTTP/1.1 503 Busy\r\nConnection: close\r\n"
                                + "Content-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"error\": {}}").getBytes());
                    }
                    return;
                }
                socket.getOutputStream().write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n"
                        + "{\"object\": \"charge\"}").getBytes());
            }
        } catch (IOException e) {
            // The client has closed it.
        }
    }
}
J
java -cp "$work/*" "$work/Crashes.java" 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
client | new connection | used connection | after 503
HttpURLConnection | ConnectException | ConnectException | the answer
java.net.http | IOException | IOException | the answer
HttpClient 5 | NoHttpResponseException | NoHttpResponseException | HttpHostConnectException
OkHttp | IOException | ConnectException, suppressed IOException | the answer
stripe-java without retries | ApiConnectionException, caused by ConnectException | ApiConnectionException, caused by ConnectException | ApiException
T
