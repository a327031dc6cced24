#!/bin/sh
# @Retryable of Spring 7 on a method of a class that implements an interface.
#
# Guess:  it works wherever @Transactional, @Cacheable and spring-retry's own @Retryable do: on the class, on its method, or on the interface,
#         whichever kind of proxy there is.
# Seen:   Spring 7.0.10: if the bean is behind a JDK proxy, which @EnableResilientMethods makes for a class with an interface, @Retryable on
#         the method of the class does nothing: one attempt, and the exception. There is an interceptor for the method, and no
#         warning. On the class or on the interface it works, as it does with proxyTargetClass = true. spring-retry 2.0.13 retries in
#         all three places. 7.1.0-M1, by hand, is as 7.0.10.
# Matters: who goes from spring-retry to the annotation of the same name loses the retries, and learns of it when the first call fails.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
central=https://repo.maven.apache.org/maven2
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
for module in context core beans aop expression; do
  get org/springframework spring-$module 7.0.10
done
get org/springframework/retry spring-retry 2.0.13
get org/aspectj aspectjweaver 1.9.25
get org/jspecify jspecify 1.0.0
get commons-logging commons-logging 1.3.5
cat > "$work/Retried.java" <<'J'
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.resilience.annotation.*;
import org.springframework.retry.annotation.*;

public class Retried {
    private static int attempts;

    public interface Payments {
        String pay();
    }

    public interface RetryablePayments extends Payments {
        @Override
        @org.springframework.resilience.annotation.Retryable(maxRetries = 2, delay = 10)
        @org.springframework.retry.annotation.Retryable(maxAttempts = 3, backoff = @Backoff(delay = 10))
        String pay();
    }

    public static class OnMethod implements Payments {
        @Override
        @org.springframework.resilience.annotation.Retryable(maxRetries = 2, delay = 10)
        @org.springframework.retry.annotation.Retryable(maxAttempts = 3, backoff = @Backoff(delay = 10))
        public String pay() {
            return failing();
        }
    }

    @org.springframework.resilience.annotation.Retryable(maxRetries = 2, delay = 10)
    @org.springframework.retry.annotation.Retryable(maxAttempts = 3, backoff = @Backoff(delay = 10))
    public static class OnClass implements Payments {
        @Override
        public String pay() {
            return failing();
        }
    }

    public static class OnInterface implements RetryablePayments {
        @Override
        public String pay() {
            return failing();
        }
    }

    @EnableResilientMethods
    public static class Core {}

    @EnableResilientMethods(proxyTargetClass = true)
    public static class CoreByClass {}

    @EnableRetry
    public static class SpringRetry {}

    public static void main(String[] arguments) {
        System.out.println("@Retryable on | attempts with Spring | with class proxies | with spring-retry");
        row("the method of the class", OnMethod.class);
        row("the class", OnClass.class);
        row("the method of the interface", OnInterface.class);
    }

    private static void row(String place, Class<? extends Payments> type) {
        System.out.println(place + " | " + attempts(type, Core.class) + " | " + attempts(type, CoreByClass.class) + " | "
                + attempts(type, SpringRetry.class));
    }

    private static int attempts(Class<? extends Payments> type, Class<?> configuration) {
        attempts = 0;
        try (var context = new AnnotationConfigApplicationContext(configuration, type)) {
            context.getBean(Payments.class).pay();
        } catch (IllegalStateException e) {
            // What the caller sees.
        }
        return attempts;
    }

    private static String failing() {
        if (++attempts < 3) {
            throw new IllegalStateException("no answer");
        }
        return "paid";
    }
}
J
# Class proxies need classes that a class loader can find by name.
javac -cp "$work/*" -d "$work/classes" "$work/Retried.java"
java -cp "$work/classes:$work/*" Retried 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
@Retryable on | attempts with Spring | with class proxies | with spring-retry
the method of the class | 1 | 3 | 3
the class | 3 | 3 | 3
the method of the interface | 3 | 3 | 3
T
