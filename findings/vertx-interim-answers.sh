#!/bin/sh
# Interim responses (1xx) in an HTTP client.
#
# Guess:  a client passes over every 1xx before the final response, whatever its number: RFC 9110, 15.2 says that it must be able to
#         read one or more of them, also unexpected ones.
# Seen:   Vert.x 5.1.6: 100 and 103 are passed over; 102 (Processing) and 104 (Upload Resumption Supported) are taken for the
#         final response, so the caller gets "102" with no body, and the real answer is never read.
# Matters: a proxy on this client answers 102 to callers whose operation goes on, and may believe that it has ended.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
central=https://repo.maven.apache.org/maven2
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
vertx=5.1.6 netty=4.2.17.Final
get io/vertx vertx-core $vertx
curl -sSf "$central/io/vertx/vertx-core/$vertx/vertx-core-$vertx.pom" > "$work/pom"
for module in common buffer transport handler resolver codec-base codec-compression codec-http codec-http2 codec-dns codec-socks \
    handler-proxy resolver-dns transport-native-unix-common; do
  get io/netty netty-$module $netty
done
get io/vertx vertx-core-logging $vertx
get com/fasterxml/jackson/core jackson-core 2.18.2
cat > "$work/Interim.java" <<'J'
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
public class Interim {
    public static void main(String[] arguments) throws Exception {
        for (int status : new int[] {100, 102, 103, 104}) {
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                Thread thread = new Thread(() -> serve(server, status));
                thread.setDaemon(true);
                thread.start();
                Vertx vertx = Vertx.vertx();
                try {
                    HttpClientResponse response = vertx.createHttpClient()
                            .request(HttpMethod.POST, server.getLocalPort(), "localhost", "/")
                            .compose(request -> request.send())
                            .toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
                    System.out.println(status + " then 201: the client says " + response.statusCode());
                } finally {
                    vertx.close();
                }
            }
        }
        System.exit(0);
    }
    static void serve(ServerSocket server, int status) {
        try (Socket socket = server.accept()) {
            byte[] head = new byte[4096];
            socket.getInputStream().read(head);
            socket.getOutputStream().write(("HTTP/1.1 " + status + " Interim\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok")
                    .getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().read(head);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
J
java -cp "$work/*" "$work/Interim.java" 2>"$work/err" | tee "$work/out" || cat "$work/err"
printf '100 then 201: the client says 201\n102 then 201: the client says 102\n103 then 201: the client says 201\n104 then 201: the client says 104\n' | diff - "$work/out"
