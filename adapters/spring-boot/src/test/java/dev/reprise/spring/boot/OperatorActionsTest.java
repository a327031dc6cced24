package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.FencingToken;
import dev.reprise.IdempotencyException;
import dev.reprise.OperationId;
import dev.reprise.Reconciler;
import dev.reprise.Scope;
import dev.reprise.encryption.Keyring;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.ResumableStore;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.core.ResolvableType;

/** What is written down of what operators do by Actuator, and how many have somebody asked at once. */
class OperatorActionsTest {
    private static final Security NOBODY = new Security(null);
    private static final Logger LOGGER = Logger.getLogger(OperatorActions.class.getName());

    private final MemoryStore store = new MemoryStore();
    private final List<String> rows = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<String> logged = new ConcurrentLinkedQueue<>();
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore mayGoOn = new Semaphore(0);

    private final OperatorEndpoint endpoint = endpoint((action, id, who, before) -> {
        rows.add(
                "%s %s by %s because %s, was %s".formatted(action, id.key().value(), who.name(), who.reason(), before));
        return rows::add;
    });

    private final Handler listener = new Handler() {
        @Override
        public void publish(LogRecord line) {
            logged.add(new SimpleFormatter().formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /** Somebody who has to be waited for. */
    private final class Bank implements Reconciler.OnDemand {
        @Override
        public boolean covers(OperationId id) {
            return !id.key().value().equals("nobody");
        }

        @Override
        public Reconciler.Attempt reconcile(OperationId id, FencingToken seen) {
            begun.release();
            mayGoOn.acquireUninterruptibly();
            return new Reconciler.Attempt.Found(new Reconciler.Finding.NotKnown("The bank is closed"));
        }
    }

    private OperatorEndpoint endpoint(OperatorAudit audit) {
        StaticListableBeanFactory beans = new StaticListableBeanFactory();
        beans.addBean("store", store);
        OperatorRecords records = new OperatorRecords(
                beans.getBeanProvider(OperationStore.class),
                beans.getBeanProvider(ResolvableType.forClassWithGenerics(ResumableStore.class, Object.class)),
                RecordEncryption.of(beans.getBeanProvider(Keyring.class), new EncryptionProperties(null, null, false)));
        return new OperatorEndpoint(records, new OperatorActions(records, audit, new Bank(), Duration.ofHours(1)));
    }

    /** @param name of whoever is authenticated; null if nobody is */
    private record Security(@Nullable String name) implements SecurityContext {
        @Override
        public @Nullable Principal getPrincipal() {
            return name == null ? null : () -> name;
        }

        @Override
        public boolean isUserInRole(String role) {
            return false;
        }
    }

    @BeforeEach
    void listen() {
        LOGGER.setLevel(Level.INFO);
        LOGGER.addHandler(listener);
    }

    @AfterEach
    void stop() {
        LOGGER.removeHandler(listener);
        mayGoOn.release(100);
        store.close();
    }

    private OperationId unknown(String key) {
        return ReconcilingTest.unknown(store, new Scope("anonymous", "/charges"), key);
    }

    private String path(OperationId id) {
        return SeenOperation.of(store.find(id).orElseThrow(), null, null, Instant.EPOCH)
                .id();
    }

    private long token(OperationId id) {
        return store.find(id).orElseThrow().token().value();
    }

    private static void assertCame(WebEndpointResponse<?> response, int status, String ending) {
        assertThat(response.getBody())
                .isInstanceOfSatisfying(
                        OperatorAnswer.Came.class,
                        came -> assertThat(came.ending()).isEqualTo(ending));
        assertThat(response.getStatus()).isEqualTo(status);
    }

    @Test
    void who_and_why_are_in_the_audit_before_and_in_the_log() {
        OperationId one = unknown("one");
        OperationId other = unknown("other");

        assertCame(endpoint.release(path(one), token(one), null, "olga", "it\nfailed", NOBODY), 200, "ended");
        assertCame(
                endpoint.resolve(path(other), token(other), 201, null, null, "olga", null, new Security("vera")),
                200,
                "ended");

        assertThat(rows)
                .containsExactly(
                        "release one by olga because it\nfailed, was unknown, attempt 1, token 1, reason: The bank did not answer",
                        "ended",
                        "resolve with 201 other by vera because , was unknown, attempt 1, token 2, reason: The bank did not answer",
                        "ended");
        assertThat(logged).hasSize(2);
        assertThat(logged.poll()).startsWith("An operator has released: ").endsWith(", by olga, because: it failed");
        assertThat(logged.poll())
                .startsWith("An operator has resolved with 201: ")
                .endsWith(", by vera");
    }

    @Test
    void what_is_not_as_it_was_seen_leaves_no_row_and_a_line_in_the_log() {
        OperationId id = unknown("k");

        assertCame(endpoint.release(path(id), token(id) + 1, null, null, null, NOBODY), 409, "changed");

        assertThat(rows).isEmpty();
        assertThat(logged).singleElement().asString().endsWith("and could not: changed, by unknown");
    }

    @Test
    void nothing_is_done_that_cannot_be_written_down() {
        OperationId id = unknown("k");
        OperatorEndpoint full = endpoint((action, operation, who, before) -> {
            throw new IdempotencyException("The disk is full", null);
        });

        assertCame(full.release(path(id), token(id), null, "olga", null, NOBODY), 503, "failed");
        assertCame(full.reconcile(path(id), "reconcile", token(id), "olga", null, NOBODY), 503, "failed");

        assertThat(store.find(id)).isPresent();
        assertThat(begun.tryAcquire()).isFalse();
    }

    @Test
    void a_name_that_is_too_long_is_refused() {
        OperationId id = unknown("k");

        assertCame(endpoint.release(path(id), token(id), null, "o".repeat(201), null, NOBODY), 400, "invalid");
        assertCame(endpoint.release(path(id), token(id), null, "o", "r".repeat(1001), NOBODY), 400, "invalid");

        assertThat(store.find(id)).isPresent();
    }

    private WebEndpointResponse<?> reconcile(OperationId id) {
        return endpoint.reconcile(path(id), "reconcile", token(id), null, "the bank is back", new Security("olga"));
    }

    @Test
    void who_has_somebody_asked_is_in_the_audit_and_in_the_log() {
        OperationId id = unknown("k");
        mayGoOn.release();

        assertCame(reconcile(id), 200, "still-unknown");
        assertCame(reconcile(unknown("nobody")), 409, "nobody-to-ask");

        assertThat(rows)
                .containsExactly(
                        "reconcile k by olga because the bank is back, was unknown, attempt 1, token 1, reason: The bank did not answer",
                        "still-unknown");
        assertThat(logged)
                .singleElement()
                .asString()
                .startsWith("An operator has asked what happened to ")
                .endsWith(": still-unknown, by olga, because: the bank is back");
    }

    @Test
    void four_are_asked_about_at_once_and_others_are_told_to_come_again() throws Exception {
        List<Future<WebEndpointResponse<?>>> asking = new ArrayList<>();
        try (ExecutorService operators = Executors.newCachedThreadPool()) {
            for (int i = 0; i < OperatorActions.ASKED_AT_ONCE; i++) {
                OperationId id = unknown("k" + i);
                asking.add(operators.submit(() -> reconcile(id)));
            }
            assertThat(begun.tryAcquire(
                            OperatorActions.ASKED_AT_ONCE, ReconcilingTest.LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            OperationId fifth = unknown("fifth");
            WebEndpointResponse<?> refused;
            try {
                refused = reconcile(fifth);
            } finally {
                mayGoOn.release(OperatorActions.ASKED_AT_ONCE + 1);
            }

            assertCame(refused, 409, "busy");
            assertThat(rows).noneMatch(row -> row.contains("fifth"));
            for (Future<WebEndpointResponse<?>> one : asking) {
                assertCame(one.get(), 200, "still-unknown");
            }
            assertCame(reconcile(fifth), 200, "still-unknown");
        }
    }
}
