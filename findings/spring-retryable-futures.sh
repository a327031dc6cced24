#!/bin/sh
# @Retryable of Spring 7 on methods that return futures and Monos.
#
# Guess:  a failed result is retried like an exception, as it is by Resilience4j and MicroProfile's @Retry, whatever type it comes in; if not,
#         it fails at once. An error that tells of retries tells of executions.
# Seen:   Spring 7.0.10 with Reactor 3.8.8 does not retry a failed CompletableFuture. A failed CompletionStage, and a Mono of a future, it
#         subscribes to twice more, with the delays: the method is not executed again, and the same failure comes out as "Retries
#         exhausted: 2/2". A method that returns a Mono, and throws before it does, is not retried, though one that returns a value
#         is. Only a Mono that does its work when it is subscribed to is executed again, and fails with another exception than the
#         work's own.
# Matters: the retries are there in the code, in the time that passes and in the log, and have never been made. Whoever catches the work's
#         own exception behind a Mono does not see it any more.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
central=https://repo.maven.apache.org/maven2
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
for module in context core beans aop expression; do
  get org/springframework spring-$module 7.0.10
done
get io/projectreactor reactor-core 3.8.8
get org/reactivestreams reactive-streams 1.0.4
get org/jspecify jspecify 1.0.1
get commons-logging commons-logging 1.3.5
cat > "$work/Futures.java" <<'J'
import java.util.concurrent.*;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.resilience.annotation.*;
import reactor.core.publisher.Mono;

public class Futures {
    private static int executions;

    @EnableResilientMethods(proxyTargetClass = true)
    public static class Retries {}

    @Retryable(maxRetries = 2, delay = 10)
    public static class Payments {
        public String value() {
            throw failure();
        }

        public CompletableFuture<String> future() {
            return CompletableFuture.failedFuture(failure());
        }

        public CompletionStage<String> stage() {
            return CompletableFuture.failedFuture(failure());
        }

        public Mono<String> mono() {
            return Mono.fromCallable(() -> {
                throw failure();
            });
        }

        public Mono<String> monoOfFuture() {
            return Mono.fromFuture(future());
        }

        public Mono<String> monoThatIsNotMade() {
            throw failure();
        }
    }

    private static IllegalStateException failure() {
        executions++;
        return new IllegalStateException("no answer");
    }

    public static void main(String[] arguments) {
        try (var context = new AnnotationConfigApplicationContext(Retries.class, Payments.class)) {
            Payments payments = context.getBean(Payments.class);
            System.out.println("@Retryable(maxRetries = 2) on a method that | is executed | and fails with");
            row("throws", payments::value);
            row("returns a failed CompletableFuture", () -> payments.future().get());
            row("returns a failed CompletionStage", () -> payments.stage().toCompletableFuture().get());
            row("returns a Mono that does the work", () -> payments.mono().block());
            row("returns a Mono of a future", () -> payments.monoOfFuture().block());
            row("throws, and would return a Mono", () -> payments.monoThatIsNotMade().block());
        }
    }

    private static void row(String what, Callable<String> call) {
        executions = 0;
        try {
            call.call();
        } catch (Exception e) {
            Throwable failure = e instanceof ExecutionException ? e.getCause() : e;
            System.out.println(what + " | " + executions + " | " + failure.getMessage());
        }
    }
}
J
# Class proxies need classes that a class loader can find by name.
javac -cp "$work/*" -d "$work/classes" "$work/Futures.java"
java -cp "$work/classes:$work/*" Futures 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
@Retryable(maxRetries = 2) on a method that | is executed | and fails with
throws | 3 | no answer
returns a failed CompletableFuture | 1 | no answer
returns a failed CompletionStage | 1 | Retries exhausted: 2/2
returns a Mono that does the work | 3 | Retries exhausted: 2/2
returns a Mono of a future | 1 | Retries exhausted: 2/2
throws, and would return a Mono | 1 | no answer
T
echo "As described."
