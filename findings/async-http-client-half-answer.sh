#!/bin/sh
# An answer that breaks off, in AsyncHttpClient.
#
# Guess:  a POST whose answer has begun is not sent again: the server has said "201 Created", and the client has read it. What a handler has
#         been given, it is not given again.
# Seen:   AsyncHttpClient 3.0.14 sends the POST again, up to five times, also when the connection breaks behind "201 Created", in the
#         middle of the body. That is what it does when there is no answer at all, too, on a new connection as on a used one. The
#         caller gets the last answer, or an error that tells of one request. A handler of one's own is given the status and the
#         half body, and then the status and the whole body of the other request, as one answer; it would have to know of
#         onRetry(). setMaxRequestRetry(0) ends it.
# Matters: six payments for one, and the server had said of each that it is made. What streams a body on, to a file or another client,
#         glues two together. post-repeats is about other clients, and answers that do not come.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
central=https://repo.maven.apache.org/maven2
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
get org/asynchttpclient async-http-client 3.0.14
for module in buffer codec-base codec-compression codec-dns codec-http codec-http2 codec-socks common handler handler-proxy resolver \
    resolver-dns transport transport-native-unix-common; do
  get io/netty netty-$module 4.2.18.Final
done
get org/slf4j slf4j-api 2.0.19
cat > "$work/Halves.java" <<'J'
import java.io.*;
import java.net.*;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.asynchttpclient.*;

public class Halves {
    private static final AtomicInteger READ = new AtomicInteger();
    private static volatile int halves;
    private static String url;

    public static void main(String[] arguments) throws Exception {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        url = "http://127.0.0.1:" + server.getLocalPort() + "/payments";
        Thread serving = new Thread(() -> {
            while (true) {
                try (Socket socket = server.accept()) {
                    answer(socket);
                } catch (IOException e) {
                    // The client has closed it.
                }
            }
        });
        serving.setDaemon(true);
        serving.start();

        System.out.println("the answer breaks off | the server has read | the caller gets");
        try (AsyncHttpClient client = Dsl.asyncHttpClient()) {
            row("each time", 9, () -> client.preparePost(url).setBody("100 EUR").execute().get().getResponseBody());
            row("once", 1, () -> client.preparePost(url).setBody("100 EUR").execute().get().getResponseBody());
            row("once, with a handler of one's own", 1, () -> client.preparePost(url).setBody("100 EUR").execute(new Streaming()).get());
        }
        try (AsyncHttpClient client = Dsl.asyncHttpClient(Dsl.config().setMaxRequestRetry(0))) {
            row("once, with setMaxRequestRetry(0)", 1, () -> client.preparePost(url).setBody("100 EUR").execute().get().getResponseBody());
        }
        System.exit(0);
    }

    /** Hands on what comes, as it comes. */
    private static class Streaming implements AsyncHandler<String> {
        private final StringBuilder seen = new StringBuilder();

        @Override
        public State onStatusReceived(HttpResponseStatus status) {
            seen.append(status.getStatusCode()).append(' ');
            return State.CONTINUE;
        }

        @Override
        public State onHeadersReceived(io.netty.handler.codec.http.HttpHeaders headers) {
            return State.CONTINUE;
        }

        @Override
        public State onBodyPartReceived(HttpResponseBodyPart part) {
            seen.append(new String(part.getBodyPartBytes()));
            return State.CONTINUE;
        }

        @Override
        public void onThrowable(Throwable failure) {
            seen.append(failure);
        }

        @Override
        public String onCompleted() {
            return seen.toString();
        }
    }

    interface Call { String body() throws Exception; }

    private static void row(String what, int breaking, Call call) throws Exception {
        READ.set(0);
        halves = breaking;
        String got;
        try {
            got = call.body();
        } catch (ExecutionException e) {
            got = e.getCause().getClass().getSimpleName();
        }
        System.out.println(what + " | " + READ + " | " + got);
    }

    /** Reads a POST, and says "201 Created" with the whole body, or with half of it. */
    private static void answer(Socket socket) throws IOException {
        StringBuilder request = new StringBuilder();
        while (!request.toString().endsWith("\r\n\r\n100 EUR")) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                return;
            }
            request.append((char) next);
        }
        READ.incrementAndGet();
        String body = halves-- > 0 ? "pay-" : "pay-" + READ + ": 100 EUR";
        socket.getOutputStream().write(("HTTP/1.1 201 Created\r\nContent-Length: 14\r\n\r\n" + body).getBytes());
    }
}
J
java -cp "$work/*" "$work/Halves.java" 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
the answer breaks off | the server has read | the caller gets
each time | 6 | RemotelyClosedException
once | 2 | pay-2: 100 EUR
once, with a handler of one's own | 2 | 201 pay-201 pay-2: 100 EUR
once, with setMaxRequestRetry(0) | 1 | RemotelyClosedException
T
echo "As described."
