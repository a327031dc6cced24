package dev.reprise.spring.boot;

import dev.reprise.OperationType;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableExecution;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The application of {@link DevToolsTest}, with an endpoint of each guarantee. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(RestartedShop.Orders.class)
class RestartedShop {
    public static void main(String... arguments) {
        SpringApplication.run(RestartedShop.class, arguments);
    }

    @RestController
    static class Orders {
        private final JdbcTemplate jdbc;
        private final Resumable<String, String, Connection> book;

        Orders(JdbcTemplate jdbc, Resumable<String, String, Connection> book) {
            this.jdbc = jdbc;
            this.book = book;
        }

        @Idempotent
        @PostMapping("/transactional")
        String transactional(@RequestBody String order) {
            return made(jdbc, order);
        }

        @Idempotent(guarantee = Idempotent.Guarantee.LEASED)
        @PostMapping("/leased")
        String leased(@RequestBody String order) {
            return made(jdbc, order);
        }

        @Idempotent(guarantee = Idempotent.Guarantee.RESUMABLE)
        @PostMapping("/resumable")
        void resumable(@RequestBody String order, ResumableExecution execution) {
            execution.run(book, order);
        }

        /** What the class loaders and threads of this process are. */
        @GetMapping("/process")
        Map<String, Object> process() {
            ClassLoader mine = RestartedShop.class.getClassLoader();
            List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                    .filter(Thread::isAlive)
                    .toList();
            return Map.of(
                    "loader",
                    mine.getClass().getSimpleName() + "@" + System.identityHashCode(mine),
                    "left",
                    threads.stream()
                            .filter(thread -> isOfAnEarlierStart(thread.getContextClassLoader(), mine))
                            .map(Thread::getName)
                            .toList(),
                    "ours",
                    threads.stream()
                            .map(Thread::getName)
                            .filter(name -> name.startsWith("reprise"))
                            .sorted()
                            .toList());
        }

        private static boolean isOfAnEarlierStart(@Nullable ClassLoader loader, ClassLoader mine) {
            return loader != null
                    && !loader.equals(mine)
                    && loader.getClass().getName().equals(mine.getClass().getName());
        }
    }

    private static String made(JdbcTemplate jdbc, String order) {
        jdbc.update("INSERT INTO made VALUES (?)", order);
        return order + " number " + jdbc.queryForObject("SELECT COUNT(*) FROM made", Integer.class);
    }

    @Bean
    Resumable<String, String, Connection> book(JdbcTemplate jdbc, Codecs codecs) {
        return Resumable.<String, String, Connection>returning(
                new OperationType("book", 1),
                codecs.of(String.class),
                codecs.of(String.class),
                (order, steps) -> steps.local("make", String.class, connection -> made(jdbc, order)));
    }
}
