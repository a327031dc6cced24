#!/bin/sh
# Events of Spring Modulith's publication registry, when a process is killed twice.
#
# Guess:  what has not been handled when a process dies is handled after the next start, with republish-outstanding-events-on-restart. If that
#         process dies as well, then after the one after: at least once is what the table is for.
# Seen:   Spring Modulith 2.1.1 on PostgreSQL 18.6 marks all that it takes up as RESUBMITTED at the start, also what has to wait for a thread. If
#         the process is killed meanwhile, nothing takes that up again: not the next start, not resubmitIncompletePublications(), and not
#         FailedEventPublications.resubmit(). They pass over what is RESUBMITTED, and say nothing. Only a limit in
#         spring.modulith.events.staleness.resubmitted gives it back, and there is none unless it is set.
# Matters: to be killed while it catches up is what happens to a process: it runs out of memory, or its deployment is rolled back. The events
#         that waited are lost for good, as the table was to prevent, and the log of later starts does not name them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
options=
. "$(dirname "$0")/postgres.inc"
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
for module in api core jdbc; do
  get org/springframework/modulith spring-modulith-events-$module 2.1.1
done
for module in boot boot-autoconfigure boot-jdbc boot-sql boot-transaction boot-persistence; do
  get org/springframework/boot spring-$module 4.1.2
done
for module in core beans context aop expression tx jdbc; do
  get org/springframework spring-$module 7.0.10
done
for module in observation commons; do
  get io/micrometer micrometer-$module 1.17.2
done
get commons-logging commons-logging 1.3.5
get org/jspecify jspecify 1.0.1
get org/slf4j slf4j-api 2.0.18
cat > "$work/Crashes.java" <<'J'
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.*;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.modulith.events.*;
import org.springframework.modulith.events.core.EventSerializer;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

public class Crashes {
    public record Paid(String id) {}

    private static final AtomicInteger HANDLED = new AtomicInteger();
    private static JdbcTemplate table;
    private static String doing;
    private static int killIn;

    public static class Receipts {
        /** Sends a receipt, unless this is where the process is killed. */
        @ApplicationModuleListener
        public void on(Paid event) throws InterruptedException {
            if (HANDLED.get() + 1 == killIn) {
                while (count("PUBLISHED") > 0 && doing.startsWith("started")) {
                    Thread.sleep(50);
                }
                report(doing);
                Runtime.getRuntime().halt(1);
            }
            HANDLED.incrementAndGet();
        }
    }

    @EnableAutoConfiguration
    @Configuration(proxyBeanMethods = false)
    public static class Application {
        @Bean
        public PGSimpleDataSource dataSource(@Value("${url}") String url) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(url);
            table = new JdbcTemplate(source);
            return source;
        }

        @Bean
        public EventSerializer serializer() {
            return new EventSerializer() {
                @Override
                public Object serialize(Object event) {
                    return ((Paid) event).id();
                }

                @Override
                public <T> T deserialize(Object serialized, Class<T> type) {
                    return type.cast(new Paid(serialized.toString()));
                }
            };
        }

        @Bean
        public Receipts receipts() {
            return new Receipts();
        }
    }

    public static void main(String[] arguments) throws Exception {
        doing = arguments[1];
        killIn = Integer.parseInt(arguments[2]);
        SpringApplication application = new SpringApplication(Application.class);
        application.setBannerMode(Banner.Mode.OFF);
        ConfigurableApplicationContext context = application.run("--url=" + arguments[0], "--spring.task.execution.pool.core-size=1",
                "--spring.modulith.events.jdbc.schema-initialization.enabled=true", "--spring.modulith.events.externalization.enabled=false",
                "--spring.modulith.events.republish-outstanding-events-on-restart=true");
        if (doing.startsWith("5 events")) {
            new TransactionTemplate(context.getBean(PlatformTransactionManager.class)).executeWithoutResult(transaction -> {
                for (int event = 1; event <= 5; event++) {
                    context.publishEvent(new Paid("payment-" + event));
                }
            });
            Thread.sleep(30_000);
        }
        settle();
        report(doing);
        context.getBean(IncompleteEventPublications.class).resubmitIncompletePublications(publication -> true);
        settle();
        report("resubmitIncompletePublications()");
        context.getBean(FailedEventPublications.class).resubmit(ResubmissionOptions.defaults());
        settle();
        report("FailedEventPublications.resubmit()");
        System.exit(0);
    }

    private static void settle() throws InterruptedException {
        Thread.sleep(2000);
        while (count("PROCESSING") > 0) {
            Thread.sleep(50);
        }
    }

    private static int count(String status) {
        return table.queryForObject("SELECT count(*) FROM event_publication WHERE status = ?", Integer.class, status);
    }

    private static void report(String what) {
        System.out.println(what + " | " + HANDLED.getAndSet(0) + " | " + table.queryForObject("SELECT string_agg(n || ' ' || status, ', ' ORDER BY status)"
                + " FROM (SELECT count(*) AS n, status FROM event_publication GROUP BY status) AS counts", String.class));
    }
}
J
javac -cp "$work/*" -d "$work" "$work/Crashes.java"
run() { java -cp "$work:$work/*" Crashes "$url" "$@" 2>"$work/err" || [ "$2" -gt 0 ] || cat "$work/err" >&2; }
{
  echo "what happens | handled in it | the table afterwards"
  run "5 events, and the process is killed in the 1st" 1
  run "started again, and killed in the 3rd" 3
  run "started again" 0
} | tee "$work/out"
diff - "$work/out" <<'T'
what happens | handled in it | the table afterwards
5 events, and the process is killed in the 1st | 0 | 1 PROCESSING, 4 PUBLISHED
started again, and killed in the 3rd | 2 | 2 COMPLETED, 1 PROCESSING, 2 RESUBMITTED
started again | 1 | 3 COMPLETED, 2 RESUBMITTED
resubmitIncompletePublications() | 0 | 3 COMPLETED, 2 RESUBMITTED
FailedEventPublications.resubmit() | 0 | 3 COMPLETED, 2 RESUBMITTED
T
echo "As described."
