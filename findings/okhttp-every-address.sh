#!/bin/sh
# A POST to a host with several addresses, in OkHttp.
#
# Guess:  the further addresses are for when connecting fails. A request that has been sent stays with the server that got it, above
#         all a POST, and above all on a new connection.
# Seen:   OkHttp 5.5.1: when the server reads the POST and closes the connection without an answer, the next address gets the same POST,
#         and so on: three servers out of three. retryOnConnectionFailure(false) ends it. java.net.http and Apache HttpClient 5.6.5
#         send it once; HttpURLConnection sends it twice, to the first address.
# Matters: this is not the race of an old connection (post-repeats): whatever makes servers drop a request, such as one that crashes
#         them or an impatient proxy, does so once on each machine, within milliseconds, with the key or without one. A record that only
#         one of the machines has does not help.
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
# Linux answers on all of 127.0.0.0/8.
for address in 127.0.0.1 127.0.0.2 127.0.0.3; do
  echo "$address api.example"
done > "$work/hosts"
cat > "$work/Addresses.java" <<'J'
import java.io.*;
import java.net.*;
import java.net.http.*;
import java.util.*;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.*;

public class Addresses {
    interface Post { void to(String url) throws Exception; }

    public static void main(String[] arguments) throws Exception {
        System.out.println("client | POSTs that came to 127.0.0.1 | .2 | .3");
        row("HttpURLConnection", url -> {
            HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setDoOutput(true);
            connection.getOutputStream().write("body".getBytes());
            connection.getResponseCode();
        });
        row("java.net.http", url -> HttpClient.newHttpClient().send(
                HttpRequest.newBuilder(URI.create(url)).POST(HttpRequest.BodyPublishers.ofString("body")).build(),
                HttpResponse.BodyHandlers.ofString()));
        row("HttpClient 5", url -> {
            var post = new org.apache.hc.client5.http.classic.methods.HttpPost(url);
            post.setEntity(new org.apache.hc.core5.http.io.entity.StringEntity("body"));
            org.apache.hc.client5.http.impl.classic.HttpClients.createDefault().execute(post, response -> null);
        });
        row("OkHttp", url -> ok(new OkHttpClient(), url));
        row("OkHttp without retryOnConnectionFailure", url -> ok(new OkHttpClient.Builder().retryOnConnectionFailure(false).build(), url));
        System.exit(0);
    }

    static void ok(OkHttpClient client, String url) throws IOException {
        client.newCall(new Request.Builder().url(url).post(RequestBody.create("body".getBytes())).build()).execute().close();
    }

    static void row(String name, Post post) throws Exception {
        List<AtomicInteger> got = new ArrayList<>();
        List<ServerSocket> servers = new ArrayList<>();
        int port = 0;
        for (int last = 1; last <= 3; last++) {
            ServerSocket server = new ServerSocket(port, 50, InetAddress.getByName("127.0.0." + last));
            port = server.getLocalPort();
            servers.add(server);
            AtomicInteger count = new AtomicInteger();
            got.add(count);
            Thread thread = new Thread(() -> serve(server, count));
            thread.setDaemon(true);
            thread.start();
        }
        try {
            post.to("http://api.example:" + port + "/");
        } catch (IOException e) {
            // What the user of the client sees.
        }
        System.out.println(name + " | " + got.get(0) + " | " + got.get(1) + " | " + got.get(2));
        for (ServerSocket server : servers) {
            server.close();
        }
    }

    /** Reads each request and closes its connection. */
    static void serve(ServerSocket server, AtomicInteger count) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                StringBuilder request = new StringBuilder();
                int read;
                while ((read = socket.getInputStream().read()) >= 0) {
                    request.append((char) read);
                    if (request.toString().endsWith("\r\n\r\nbody")) {
                        count.incrementAndGet();
                        break;
                    }
                }
            } catch (IOException e) {
                // The client has closed it, or the server is closed.
            }
        }
    }
}
J
java -Djdk.net.hosts.file="$work/hosts" -cp "$work/*" "$work/Addresses.java" 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
client | POSTs that came to 127.0.0.1 | .2 | .3
HttpURLConnection | 2 | 0 | 0
java.net.http | 1 | 0 | 0
HttpClient 5 | 1 | 0 | 0
OkHttp | 1 | 1 | 1
OkHttp without retryOnConnectionFailure | 1 | 0 | 0
T
