package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.console.ConsoleSettings;
import dev.reprise.console.LateConsole;
import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.Role;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** On which threads a reactive application answers for its console, for how many at once, and for whom. */
class ConsoleHandlerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final MemoryStore store = new MemoryStore();
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore mayGoOn = new Semaphore(0);
    private final AtomicBoolean interrupted = new AtomicBoolean();
    private final AtomicBoolean onEventLoop = new AtomicBoolean();
    private final AtomicBoolean onVirtualThread = new AtomicBoolean();

    private final ConsoleHandler handler = new ConsoleHandler(
            new LateConsole(
                    ConsoleSettings.inApplication()
                            .mount("/console")
                            .authenticated(true)
                            .health(this::stopped)
                            .build(),
                    () -> new StoreOperations(store),
                    null),
            exchange -> Mono.just(new ConsoleUser("olivia", Role.OPERATOR)));

    @AfterEach
    void close() {
        mayGoOn.release(1_000);
        handler.close();
        store.close();
    }

    /** What the first page asks for, and what it stops at until it may go on. */
    private List<String> stopped() {
        onEventLoop.set(Schedulers.isInNonBlockingThread());
        onVirtualThread.set(Thread.currentThread().isVirtual());
        begun.release();
        try {
            mayGoOn.acquire();
        } catch (InterruptedException e) {
            interrupted.set(true);
        }
        return List.of();
    }

    private void awaitBegun(int pages) throws InterruptedException {
        assertThat(begun.tryAcquire(pages, PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
    }

    private static MockServerWebExchange exchange(String page) {
        return MockServerWebExchange.from(MockServerHttpRequest.get("http://localhost/console" + page));
    }

    private @Nullable HttpStatusCode ask(String page) {
        MockServerWebExchange exchange = exchange(page);
        handler.handle(exchange).block(PATIENCE);
        return exchange.getResponse().getStatusCode();
    }

    @Test
    void no_event_loop_waits_for_the_store_and_no_carrier_is_held_by_it() {
        mayGoOn.release();

        handler.handle(exchange("/")).subscribeOn(Schedulers.parallel()).block(PATIENCE);

        assertThat(begun.tryAcquire()).isTrue();
        assertThat(onEventLoop).isFalse();
        assertThat(onVirtualThread).isFalse();
    }

    @Test
    void so_many_are_answered_at_once_and_others_are_refused() throws Exception {
        assertThat(ask("/operations")).isEqualTo(HttpStatus.OK);
        List<MockServerWebExchange> answered = new ArrayList<>();
        for (int i = 0; i < ConsoleHandler.AT_ONCE; i++) {
            MockServerWebExchange exchange = exchange("/");
            answered.add(exchange);
            Disposable unused = handler.handle(exchange).subscribe();
        }
        awaitBegun(ConsoleHandler.AT_ONCE);

        assertThat(ask("/operations")).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
        mayGoOn.release(ConsoleHandler.AT_ONCE);

        await().until(() -> ask("/operations") == HttpStatus.OK);
        await().untilAsserted(() -> assertThat(answered)
                .extracting(exchange -> exchange.getResponse().getStatusCode())
                .containsOnly(HttpStatus.OK));
    }

    @Test
    void what_has_begun_goes_on_when_its_caller_has_gone_and_gives_its_place_back() throws Exception {
        assertThat(ask("/operations")).isEqualTo(HttpStatus.OK);
        for (int i = 0; i < ConsoleHandler.AT_ONCE; i++) {
            Disposable caller = handler.handle(exchange("/")).subscribe();
            awaitBegun(1);
            caller.dispose();
        }
        assertThat(ask("/operations")).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
        mayGoOn.release(ConsoleHandler.AT_ONCE);

        await().until(() -> ask("/operations") == HttpStatus.OK);
        assertThat(interrupted).isFalse();
    }

    @Test
    void authorities_are_those_of_spring_security_as_they_are_written_or_as_roles() {
        Authentication user = new TestingAuthenticationToken("olivia", "secret", "ROLE_OPERATOR", "see-operations");

        for (String authority : List.of("ROLE_OPERATOR", "OPERATOR", "see-operations")) {
            assertThat(ConsoleAuthorities.has(user, authority)).as(authority).isTrue();
        }
        for (String authority : List.of("", " ", "ROLE_VIEWER", "VIEWER", "ROLE_see-operations", "operator")) {
            assertThat(ConsoleAuthorities.has(user, authority)).as(authority).isFalse();
        }
        assertThat(ConsoleAuthorities.has(user, null)).isFalse();
        assertThat(ConsoleAuthorities.has(() -> "olivia", "ROLE_OPERATOR")).isFalse();
        user.setAuthenticated(false);
        assertThat(ConsoleAuthorities.has(user, "ROLE_OPERATOR")).isFalse();
    }

    /** Even if somebody has named the authority that strangers have. */
    @Test
    void whom_spring_security_calls_anonymous_is_nobody() {
        ReactiveSecurity security = new ReactiveSecurity.Present();
        Authentication anonymous = new AnonymousAuthenticationToken(
                "key", "anonymous", AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS"));
        Authentication olivia = new TestingAuthenticationToken("olivia", "secret", "ROLE_OPERATOR");

        assertThat(security.user(MockServerWebExchange.builder(MockServerHttpRequest.get("/"))
                                .principal(anonymous)
                                .build())
                        .blockOptional())
                .isEmpty();
        assertThat(security.user(MockServerWebExchange.builder(MockServerHttpRequest.get("/"))
                                .principal(olivia)
                                .build())
                        .blockOptional())
                .contains(olivia);
    }
}
