package dev.reprise.spring.boot;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.math.BigDecimal;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.interceptor.TransactionAspectSupport;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** An application as people write them: a controller, a service with transactions, and a table. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({Shop.Controller.class, Shop.Orders.class, Shop.Advice.class})
class Shop {
    /** What to do besides the order, and what to answer. */
    record Order(@NotBlank String sku, @Min(1) int quantity) {}

    record Ordered(int id, String sku, BigDecimal price) {}

    static final class SoldOutException extends RuntimeException {
        private static final long serialVersionUID = 1;

        SoldOutException(String sku) {
            super(sku + " is sold out");
        }
    }

    @RestControllerAdvice
    static class Advice {
        @ExceptionHandler
        ProblemDetail soldOut(SoldOutException e) {
            return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, String.valueOf(e.getMessage()));
        }
    }

    @Service
    static class Orders {
        private final JdbcTemplate jdbc;

        Orders(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
            jdbc.execute("CREATE TABLE IF NOT EXISTS orders (sku VARCHAR(99), via VARCHAR(99))");
        }

        @Transactional
        void order(String sku) {
            jdbc.update("INSERT INTO orders VALUES (?, 'service')", sku);
        }

        @Transactional
        void fail(String sku) {
            order(sku);
            throw new SoldOutException(sku);
        }

        @Transactional
        void mark(String sku) {
            order(sku);
            TransactionAspectSupport.currentTransactionStatus().setRollbackOnly();
        }

        @Transactional(propagation = Propagation.REQUIRES_NEW)
        void orderApart(String sku) {
            jdbc.update("INSERT INTO orders VALUES (?, 'apart')", sku);
        }

        @Transactional
        void failAfterCommit(String sku) {
            order(sku);
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    throw new IllegalStateException("The mail server is down");
                }
            });
        }
    }

    @RestController
    static class Controller {
        private final AtomicInteger calls = new AtomicInteger();
        private final Orders orders;
        private final JdbcTemplate jdbc;
        private volatile boolean virtual;

        Controller(Orders orders, JdbcTemplate jdbc) {
            this.orders = orders;
            this.jdbc = jdbc;
        }

        boolean wasOnVirtualThread() {
            return virtual;
        }

        int calls() {
            return calls.get();
        }

        @Idempotent
        @PostMapping("/orders")
        ResponseEntity<Ordered> order(@Valid @RequestBody Order order) {
            int id = calls.incrementAndGet();
            virtual = Thread.currentThread().isVirtual();
            jdbc.update("INSERT INTO orders VALUES (?, 'template')", order.sku());
            orders.order(order.sku());
            return ResponseEntity.created(URI.create("/orders/" + id))
                    .header("X-Custom", "custom " + id)
                    .body(new Ordered(id, order.sku(), new BigDecimal("10.00")));
        }

        /** Spring prefers it to the pattern below, which is protected. */
        @PostMapping("/orders/special")
        Map<String, Integer> special() {
            return Map.of("call", calls.incrementAndGet());
        }

        @Idempotent
        @PostMapping("/orders/{what}")
        ResponseEntity<String> odd(@PathVariable String what, @RequestBody Order order) {
            calls.incrementAndGet();
            switch (what) {
                case "throws" -> orders.fail(order.sku());
                case "hides" -> hide(order.sku());
                case "marks" -> orders.mark(order.sku());
                case "apart" -> orders.orderApart(order.sku());
                case "after-commit" -> orders.failAfterCommit(order.sku());
                case "crashes" -> {
                    orders.order(order.sku());
                    throw new IllegalStateException("The handler fails after its work");
                }
                default -> {
                    orders.order(order.sku());
                    return ResponseEntity.status(Integer.parseInt(what)).body("as told");
                }
            }
            return ResponseEntity.ok("done");
        }

        private void hide(String sku) {
            try {
                orders.fail(sku);
            } catch (SoldOutException e) {
                // As code does that thinks it knows better.
                calls.get();
            }
        }
    }
}
