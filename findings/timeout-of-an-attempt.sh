#!/bin/sh
# A limit of time for each attempt, around a call that blocks, in libraries for retries.
#
# Guess:  the limit ends the wait: when it has passed, the next attempt begins, or the caller has an error. Whoever waits for the answer all
#         the same returns it when it has come.
# Seen:   Failsafe 3.3.2 and SmallRye Fault Tolerance 6.11.2 (@Timeout and @Retry of MicroProfile, in Quarkus and WildFly) wait for the
#         call to end, however long it takes, throw its answer away, because it is late, and make the call again. Three POSTs, three
#         answers of 201, one after the other, and the caller gets a timeout, after 3 seconds with a limit of 400 ms. Interrupting,
#         which SmallRye does, too, changes nothing: HttpURLConnection, like all that reads from a socket on a thread of the platform,
#         is not woken by it. Resilience4j 2.4.0 goes on at the limit, and leaves the late answers to nobody.
# Matters: the limit does not limit, and a server that is slow gets three payments for one, of which all are answered. An idempotency key
#         helps; so does the limit of the client's own.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
central=https://repo.maven.apache.org/maven2
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
get dev/failsafe failsafe 3.3.2
for module in standalone api core apiimpl autoconfig-core; do
  get io/smallrye smallrye-fault-tolerance-$module 6.11.2
done
get org/eclipse/microprofile/fault-tolerance microprofile-fault-tolerance-api 4.1.2
get org/jboss/logging jboss-logging 3.6.2.Final
get jakarta/enterprise jakarta.enterprise.cdi-api 4.0.1
for module in core retry timelimiter; do
  get io/github/resilience4j resilience4j-$module 2.4.0
done
get org/slf4j slf4j-api 2.0.18
cat > "$work/Limits.java" <<'J'
import com.sun.net.httpserver.HttpServer;
import dev.failsafe.*;
import io.github.resilience4j.retry.*;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.smallrye.faulttolerance.api.Guard;
import java.net.*;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.*;
import java.util.concurrent.atomic.AtomicInteger;

public class Limits {
    private static final Duration LIMIT = Duration.ofMillis(400);
    private static final AtomicInteger POSTS = new AtomicInteger();
    private static final AtomicInteger CREATED = new AtomicInteger();
    private static String url;

    public static void main(String[] arguments) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            POSTS.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            try {
                Thread.sleep(1000);
            } catch (InterruptedException e) {
                return;
            }
            exchange.sendResponseHeaders(201, -1);
            exchange.close();
        });
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        System.out.println("limit 400 ms, 2 retries, answer after 1 s | POSTs | answers of 201 in hand | the caller gets | after");

        var retry = dev.failsafe.RetryPolicy.<Integer>builder().withMaxRetries(2).build();
        var limit = Timeout.<Integer>builder(LIMIT).build();
        row("Failsafe", () -> Failsafe.with(retry, limit).get(Limits::post));
        var interrupting = Timeout.<Integer>builder(LIMIT).withInterrupt().build();
        row("Failsafe, withInterrupt()", () -> Failsafe.with(retry, interrupting).get(Limits::post));
        Guard guard = Guard.create().withTimeout().duration(LIMIT.toMillis(), ChronoUnit.MILLIS).done()
                .withRetry().maxRetries(2).delay(0, ChronoUnit.MILLIS).jitter(0, ChronoUnit.MILLIS).done().build();
        row("SmallRye", () -> guard.call(Limits::post, Integer.class));
        ExecutorService threads = Executors.newCachedThreadPool();
        TimeLimiter limiter = TimeLimiter.of(LIMIT);
        Retry retries = Retry.of("payments", RetryConfig.custom().maxAttempts(3).waitDuration(Duration.ofMillis(1)).build());
        row("Resilience4j", Retry.decorateCallable(retries, () -> limiter.executeFutureSupplier(() -> threads.submit(Limits::post))));
        System.exit(0);
    }

    private static int post() throws Exception {
        HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setDoOutput(true);
        connection.getOutputStream().write("100 EUR".getBytes());
        int status = connection.getResponseCode();
        CREATED.incrementAndGet();
        return status;
    }

    private static void row(String name, Callable<Integer> call) throws Exception {
        POSTS.set(0);
        CREATED.set(0);
        long start = System.nanoTime();
        String got;
        try {
            got = String.valueOf(call.call());
        } catch (Exception e) {
            got = e.getClass().getSimpleName();
        }
        long after = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        System.out.println(name + " | " + POSTS + " | " + CREATED + " | " + got + " | " + (after < 2100 ? "3 limits" : "3 answers"));
        Thread.sleep(1000);
    }
}
J
java -cp "$work/*" "$work/Limits.java" 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
limit 400 ms, 2 retries, answer after 1 s | POSTs | answers of 201 in hand | the caller gets | after
Failsafe | 3 | 3 | TimeoutExceededException | 3 answers
Failsafe, withInterrupt() | 3 | 3 | TimeoutExceededException | 3 answers
SmallRye | 3 | 3 | TimeoutException | 3 answers
Resilience4j | 3 | 1 | TimeoutException | 3 limits
T
echo "As described."
