#!/bin/sh
# HTTP clients that repeat a POST although nobody told them to.
#
# Guess:  a POST is sent once: RFC 9110, 9.2.2 forbids to repeat it automatically unless the client knows that this does no harm.
# Seen:   how many times the server got one POST, when it closes the connection without an answer (a new one, and one that has
#         carried an answer before), and when it answers 503 and 429 with Retry-After: 1. In the table below.
# Matters: a POST without a key may be executed twice although its user called once; also below an SDK whose retries are turned off.
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
cat > "$work/Repeats.java" <<'J'
import java.io.*;
import java.net.*;
import java.net.http.*;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

public class Repeats {
    interface Post { void to(String url) throws Exception; }

    public static void main(String[] arguments) throws Exception {
        System.out.println("client | new connection | used connection | 503 | 429");
        row("HttpURLConnection", url -> {
            HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setDoOutput(true);
            connection.getOutputStream().write("body".getBytes());
            connection.getResponseCode();
            InputStream body = connection.getErrorStream() == null ? connection.getInputStream() : connection.getErrorStream();
            body.readAllBytes();
            body.close();
        });
        HttpClient jdk = HttpClient.newHttpClient();
        row("java.net.http", url -> jdk.send(
                HttpRequest.newBuilder(URI.create(url)).POST(HttpRequest.BodyPublishers.ofString("body")).build(),
                HttpResponse.BodyHandlers.ofString()));
        var ok = new okhttp3.OkHttpClient();
        row("OkHttp", url -> ok.newCall(new okhttp3.Request.Builder().url(url)
                .post(okhttp3.RequestBody.create("body".getBytes())).build()).execute().close());
        var apache = org.apache.hc.client5.http.impl.classic.HttpClients.createDefault();
        row("HttpClient 5", url -> {
            var post = new org.apache.hc.client5.http.classic.methods.HttpPost(url);
            post.setEntity(new org.apache.hc.core5.http.io.entity.StringEntity("body"));
            apache.execute(post, response -> {
                org.apache.hc.core5.http.io.entity.EntityUtils.consume(response.getEntity());
                return null;
            });
        });
        row("stripe-java without retries", url -> {
            try {
                com.stripe.StripeClient.builder().setApiKey("sk").setApiBase(url.substring(0, url.length() - 1)).setMaxNetworkRetries(0).build()
                        .v1().charges().create(com.stripe.param.ChargeCreateParams.builder().setAmount(1L).build());
            } catch (com.stripe.exception.StripeException | com.google.gson.JsonParseException e) {
                // What its user sees.
            }
        });
        row("curl", program("curl", "-s", "-d", "body"));
        row("curl --retry 3", program("curl", "-s", "--retry", "3", "-d", "body"));
        row("wget", program("wget", "-q", "-O-", "--waitretry=0", "--post-data=body"));
        System.exit(0);
    }

    static Post program(String... command) {
        return url -> {
            String[] all = java.util.Arrays.copyOf(command, command.length + 1);
            all[command.length] = url;
            new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        };
    }

    static void row(String name, Post post) throws Exception {
        boolean program = name.contains("curl") || name.contains("wget");
        System.out.println(name + " | " + times(post, false, "") + " | " + (program ? "-" : times(post, true, ""))
                + " | " + times(post, false, "503 Service Unavailable") + " | " + times(post, false, "429 Too Many Requests"));
    }

    /** How many times the server gets one POST. */
    static int times(Post post, boolean used, String status) throws Exception {
        AtomicInteger got = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            AtomicInteger good = new AtomicInteger(used ? 1 : 0);
            Thread thread = new Thread(() -> {
                while (true) {
                    try {
                        Socket socket = server.accept();
                        new Thread(() -> serve(socket, got, good, status)).start();
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            thread.setDaemon(true);
            thread.start();
            String url = "http://127.0.0.1:" + server.getLocalPort() + "/";
            if (used) {
                post.to(url);
                got.set(0);
            }
            try {
                post.to(url);
            } catch (IOException e) {
                // What the user of the client sees.
            }
            return got.get();
        }
    }

    static void serve(Socket socket, AtomicInteger got, AtomicInteger good, String status) {
        try (socket) {
            InputStream in = socket.getInputStream();
            while (true) {
                StringBuilder request = new StringBuilder();
                while (!request.toString().matches("(?s).*\r\n\r\n.{4,}")) {
                    int read = in.read();
                    if (read < 0) {
                        return;
                    }
                    request.append((char) read);
                }
                got.incrementAndGet();
                boolean answers = good.getAndDecrement() > 0;
                if (!answers && status.isEmpty()) {
                    return;
                }
                socket.getOutputStream().write(("HTTP/1.1 " + (answers ? "200 OK" : status)
                        + "\r\nRetry-After: 1\r\nContent-Length: 2\r\n\r\nok").getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            // The client has closed it.
        }
    }
}
J
java -cp "$work/*" "$work/Repeats.java" 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
client | new connection | used connection | 503 | 429
HttpURLConnection | 2 | 2 | 1 | 1
java.net.http | 1 | 1 | 1 | 1
OkHttp | 1 | 3 | 1 | 1
HttpClient 5 | 1 | 1 | 2 | 2
stripe-java without retries | 2 | 2 | 1 | 1
curl | 1 | - | 1 | 1
curl --retry 3 | 1 | - | 4 | 4
wget | 20 | - | 1 | 1
T
