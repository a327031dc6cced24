#!/bin/sh
# The key that GoCardless's SDK for Java makes, and its retries.
#
# Guess:  an SDK that makes an idempotency key when its caller has none, and repeats the call by itself, makes the key for that: one for
#         the call, the same in every attempt.
# Seen:   gocardless-pro 9.20.1 makes a new key for each of its three attempts, whether connections break or answers are 500. A key from
#         withIdempotencyKey is kept.
# Matters: a payment whose answer is lost is made up to three times, by one call of a caller that did nothing wrong. Its twin for Node
#         (gocardless-nodejs 10.1.2) also makes a key for each request, but never repeats one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
central=https://repo.maven.apache.org/maven2
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
get com/gocardless gocardless-pro 9.20.1
get com/squareup/okhttp3 okhttp-jvm 5.5.1
get com/squareup/okio okio-jvm 3.18.1
get org/jetbrains/kotlin kotlin-stdlib 2.4.0
get com/google/code/gson gson 2.15.0
get com/google/guava guava 33.7.2-jre
get com/google/guava failureaccess 1.0.3
get com/github/rholder guava-retrying 2.0.0
get commons-codec commons-codec 1.23.0
get org/slf4j slf4j-api 2.0.20
cat > "$work/Keys.java" <<'J'
import com.gocardless.GoCardlessClient;
import com.gocardless.services.PaymentService.PaymentCreateRequest.Currency;
import java.io.*;
import java.net.*;
import java.util.*;
import java.util.regex.*;

public class Keys {
    private static final String FAILURE = """
            {"error": {"type": "gocardless", "code": 500, "message": "Internal server error", "errors": [], "documentation_url": "", "request_id": ""}}""";

    public static void main(String[] arguments) throws Exception {
        for (boolean given : new boolean[] {false, true}) {
            for (boolean broken : new boolean[] {true, false}) {
                List<String> keys = Collections.synchronizedList(new ArrayList<>());
                try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
                    Thread thread = new Thread(() -> serve(server, broken, keys));
                    thread.setDaemon(true);
                    thread.start();
                    var payment = GoCardlessClient.newBuilder("token").withBaseUrl("http://127.0.0.1:" + server.getLocalPort()).build()
                            .payments().create().withAmount(1000).withCurrency(Currency.GBP).withLinksMandate("MD123");
                    try {
                        (given ? payment.withIdempotencyKey("given") : payment).execute();
                    } catch (RuntimeException e) {
                        // What the caller sees in the end.
                    }
                }
                System.out.println((given ? "key given" : "no key given") + ", " + (broken ? "connections break" : "answers are 500") + ": "
                        + keys.size() + " attempts, " + new HashSet<>(keys).size() + " keys");
            }
        }
        System.exit(0);
    }

    static void serve(ServerSocket server, boolean broken, List<String> keys) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                StringBuilder head = new StringBuilder();
                while (!head.toString().endsWith("\r\n\r\n")) {
                    int read = socket.getInputStream().read();
                    if (read < 0) {
                        throw new EOFException();
                    }
                    head.append((char) read);
                }
                Matcher length = Pattern.compile("(?i)\r\ncontent-length: (\\d+)").matcher(head);
                length.find();
                socket.getInputStream().readNBytes(Integer.parseInt(length.group(1)));
                Matcher key = Pattern.compile("(?i)\r\nidempotency-key: (.*)\r\n").matcher(head);
                keys.add(key.find() ? key.group(1) : "none");
                if (!broken) {
                    socket.getOutputStream().write(("HTTP/1.1 500 Failure\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                            + FAILURE.length() + "\r\n\r\n" + FAILURE).getBytes());
                }
            } catch (IOException e) {
                // The client has closed it, or the server is closed.
            }
        }
    }
}
J
java -cp "$work/*" "$work/Keys.java" 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
no key given, connections break: 3 attempts, 3 keys
no key given, answers are 500: 3 attempts, 3 keys
key given, connections break: 3 attempts, 1 keys
key given, answers are 500: 3 attempts, 1 keys
T
