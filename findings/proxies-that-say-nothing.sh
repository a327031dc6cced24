#!/bin/sh
# A reverse proxy, when a server takes a POST and closes the connection without an answer.
#
# Guess:  the proxy answers 502, and the client decides. What it is told does not depend on what came over its connection before.
# Seen:   Apache httpd 2.4.71 and HAProxy 2.6.12, those of Debian 12, say 502 only to the first request on a client's connection. At a later one
#         they close the connection and say nothing, so that the client tries again, whatever its method. To the client, this is a kept
#         connection that was closed before it was used: HttpURLConnection, OkHttp 5.5.1 and curl send the POST again.
# Matters: a server that crashes when it has paid is asked to pay again, and the caller sees "201 Created". No retry is configured anywhere,
#         and a test with a connection for each request shows the 502 that one expects.
#
# It needs Debian 12, for the two proxies, which it unpacks in its folder.
set -eu
work=$(mktemp -d)
pids=
trap 'for pid in $pids; do kill "$pid" 2>/dev/null || :; done; wait 2>/dev/null || :; rm -rf "$work"' EXIT
chmod 755 "$work"
central=https://repo.maven.apache.org/maven2
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
get com/squareup/okhttp3 okhttp-jvm 5.5.1
get com/squareup/okio okio-jvm 3.18.1
get org/jetbrains/kotlin kotlin-stdlib 2.4.0
mkdir "$work/debs"
(cd "$work/debs" && apt-get download apache2-bin libapr1 libaprutil1 haproxy liblua5.3-0 libopentracing-c-wrapper0 libopentracing1 libpcre2-8-0 \
  > "$work/apt.log" 2>&1) || { cat "$work/apt.log"; exit 1; }
for deb in "$work"/debs/*.deb; do
  dpkg-deb -x "$deb" "$work/root"
done
LD_LIBRARY_PATH=$(find "$work/root" -name 'libapr-1.so.0' -printf '%h\n' | head -n 1)
export LD_LIBRARY_PATH
free() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
backend=$(free)
httpd=$(free)
haproxy=$(free)
modules=$work/root/usr/lib/apache2/modules
cat > "$work/httpd.conf" <<C
ServerName localhost
ServerRoot "$work"
DefaultRuntimeDir "$work"
PidFile "$work/httpd.pid"
ErrorLog "$work/httpd.log"
Listen 127.0.0.1:$httpd
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule proxy_module $modules/mod_proxy.so
LoadModule proxy_http_module $modules/mod_proxy_http.so
ProxyPass "/" "http://127.0.0.1:$backend/"
C
cat > "$work/haproxy.cfg" <<C
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend all
  bind 127.0.0.1:$haproxy
  default_backend payments
backend payments
  server one 127.0.0.1:$backend
C
as=
if [ "$(id -u)" -eq 0 ]; then
  as="setpriv --reuid=65534 --regid=65534 --clear-groups"
  chown 65534:65534 "$work"
fi
$as "$work/root/usr/sbin/apache2" -d "$work" -f "$work/httpd.conf" -DFOREGROUND > "$work/httpd.out" 2>&1 &
pids=$!
$as "$work/root/usr/sbin/haproxy" -db -f "$work/haproxy.cfg" > "$work/haproxy.out" 2>&1 &
pids="$pids $!"
cat > "$work/Nothing.java" <<'J'
import java.io.*;
import java.net.*;
import java.util.*;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.*;

public class Nothing {
    private static final AtomicInteger PAID = new AtomicInteger();
    private static volatile boolean breaking;
    private static int port;

    public static void main(String[] ports) throws Exception {
        ServerSocket server = new ServerSocket(Integer.parseInt(ports[0]), 50, InetAddress.getByName("127.0.0.1"));
        start(() -> {
            while (true) {
                Socket socket = server.accept();
                start(() -> serve(socket));
            }
        });
        System.out.println("proxy | to a first POST | to a second | HttpURLConnection's second | OkHttp's | curl's");
        for (String proxy : new String[] {"httpd", "HAProxy"}) {
            port = Integer.parseInt(ports[proxy.equals("httpd") ? 1 : 2]);
            for (int wait = 0; wait < 100; wait++) {
                try (Socket socket = new Socket("127.0.0.1", port)) {
                    break;
                } catch (IOException e) {
                    Thread.sleep(100);
                }
            }
            OkHttpClient client = new OkHttpClient();
            System.out.println(proxy + " | " + raw("/break") + " | " + raw("/pay", "/break") + " | " + second(Nothing::urlConnection) + " | "
                    + second(url -> okHttp(client, url)) + " | " + paid(Nothing::curl));
        }
        System.exit(0);
    }

    /** Answers POSTs; to "/break", it breaks off the first time. */
    private static void serve(Socket socket) throws IOException {
        try (socket) {
            for (String request = post(socket); request != null; request = post(socket)) {
                if (request.startsWith("POST /break ")) {
                    PAID.incrementAndGet();
                    if (breaking) {
                        breaking = false;
                        return;
                    }
                }
                socket.getOutputStream().write("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok".getBytes());
            }
        }
    }

    private static String post(Socket socket) throws IOException {
        StringBuilder request = new StringBuilder();
        while (request.indexOf("100 EUR") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                return null;
            }
            request.append((char) next);
        }
        return request.toString();
    }

    /** What a connection says to the last of some requests. */
    private static String raw(String... paths) throws IOException {
        breaking = true;
        try (Socket socket = new Socket("127.0.0.1", port)) {
            String said = null;
            for (String path : paths) {
                socket.getOutputStream().write(
                        ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7\r\n\r\n100 EUR").getBytes());
                byte[] answer = new byte[8192];
                int length = socket.getInputStream().read(answer);
                said = length < 0 ? "nothing" : new String(answer, 9, 3);
            }
            return said;
        }
    }

    interface Client {
        int post(String url) throws Exception;
    }

    private static String second(Client client) throws Exception {
        client.post("http://127.0.0.1:" + port + "/pay");
        return paid(client);
    }

    private static String paid(Client client) throws Exception {
        PAID.set(0);
        breaking = true;
        int status = client.post("http://127.0.0.1:" + port + "/break");
        return status + ", paid " + PAID;
    }

    private static int urlConnection(String url) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
        connection.setDoOutput(true);
        connection.getOutputStream().write("100 EUR".getBytes());
        int status = connection.getResponseCode();
        try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            body.readAllBytes();
        }
        return status;
    }

    private static int okHttp(OkHttpClient client, String url) throws IOException {
        try (Response response = client.newCall(new Request.Builder().url(url).post(RequestBody.create("100 EUR".getBytes())).build()).execute()) {
            response.body().bytes();
            return response.code();
        }
    }

    /** Two POSTs with one curl. */
    private static int curl(String url) throws Exception {
        Process curl = new ProcessBuilder("curl", "-s", "-d", "100 EUR", "-o", "/dev/null", url.replace("break", "pay"),
                "--next", "-s", "-d", "100 EUR", "-o", "/dev/null", "-w", "%{http_code}", url).start();
        return Integer.parseInt(new String(curl.getInputStream().readAllBytes()).trim());
    }

    interface Work {
        void run() throws Exception;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Exception e) {
                // The other side has closed it.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
J
java -cp "$work/*" "$work/Nothing.java" "$backend" "$httpd" "$haproxy" 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
proxy | to a first POST | to a second | HttpURLConnection's second | OkHttp's | curl's
httpd | 502 | nothing | 201, paid 2 | 201, paid 2 | 201, paid 2
HAProxy | 502 | nothing | 201, paid 2 | 201, paid 2 | 201, paid 2
T
echo "As described."
