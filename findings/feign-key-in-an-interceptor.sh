#!/bin/sh
# An idempotency key that a RequestInterceptor of Feign makes.
#
# Guess:  each attempt has one key: the same one, or at worst another one.
# Seen:   feign-core 13.13, with answers of 503 and Retry-After: the interceptor runs for each attempt, on the same template, and
#         header() adds a value. The first attempt has one key, the second has two, the third has three, as lines of one name. With the
#         field removed first, each attempt has one, and another one. As an argument of the call it is one and the same. Feign's own
#         Retryer, which is there unless it is replaced (Spring Cloud does), makes 5 attempts, of a POST too.
# Matters: servers join lines of one name to "k1, k2", so the retry has a key that nobody has seen, and is executed; a server that takes
#         the first line recognises it, and one that follows the IETF's draft refuses it. Tests with one attempt see nothing of this.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
central=https://repo.maven.apache.org/maven2
curl -sSf -o "$work/feign-core.jar" "$central/io/github/openfeign/feign-core/13.13/feign-core-13.13.jar"
cat > "$work/Keys.java" <<'J'
import com.sun.net.httpserver.HttpServer;
import feign.*;
import java.net.InetSocketAddress;
import java.util.*;

public class Keys {
    interface Payments {
        @RequestLine("POST /payments")
        String pay(String body);
    }

    interface KeyedPayments {
        @RequestLine("POST /payments")
        @Headers("Idempotency-Key: {key}")
        @Body("paid")
        String pay(@Param("key") String key);
    }

    private static final List<List<String>> SEEN = new ArrayList<>();
    private static int made;

    public static void main(String[] arguments) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            SEEN.add(exchange.getRequestHeaders().get("Idempotency-Key"));
            exchange.getResponseHeaders().set("Retry-After", "0");
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        say("header()", () -> Feign.builder()
                .requestInterceptor(template -> template.header("Idempotency-Key", next()))
                .target(Payments.class, url).pay("paid"));
        say("removed first, then header()", () -> Feign.builder()
                .requestInterceptor(template -> template.removeHeader("Idempotency-Key").header("Idempotency-Key", next()))
                .target(Payments.class, url).pay("paid"));
        say("argument", () -> Feign.builder().target(KeyedPayments.class, url).pay(next()));
        System.exit(0);
    }

    private static String next() {
        return "k" + ++made;
    }

    private static void say(String how, Runnable call) {
        SEEN.clear();
        made = 0;
        try {
            call.run();
        } catch (FeignException e) {
            // What the caller sees in the end.
        }
        System.out.println(how + ": " + SEEN);
    }
}
J
java -cp "$work/feign-core.jar" "$work/Keys.java" 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
header(): [[k1], [k1, k2], [k1, k2, k3], [k1, k2, k3, k4], [k1, k2, k3, k4, k5]]
removed first, then header(): [[k1], [k2], [k3], [k4], [k5]]
argument: [[k1], [k1], [k1], [k1], [k1]]
T
