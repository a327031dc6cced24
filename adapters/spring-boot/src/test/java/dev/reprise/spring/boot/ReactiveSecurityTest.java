package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.method.configuration.EnableReactiveMethodSecurity;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Spring Security comes first, a key belongs to who is authenticated, and its refusals are not recorded. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReactiveSecurityTest {
    private final BootedReactive application = BootedReactive.start(Application.class, BootedReactive.WITH_SECURITY);

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableWebFluxSecurity
    @EnableReactiveMethodSecurity
    @Import({Account.class, Secrets.class, Unguarded.class})
    static class Application {
        @Bean
        SecurityWebFilterChain security(ServerHttpSecurity http) {
            return http.csrf(csrf -> csrf.disable())
                    .httpBasic(Customizer.withDefaults())
                    .authorizeExchange(exchanges -> exchanges.anyExchange().authenticated())
                    .build();
        }

        @Bean
        Gate gate() {
            return new Gate();
        }

        @Bean
        MapReactiveUserDetailsService users() {
            return new MapReactiveUserDetailsService(
                    User.withUsername("alice").password("{noop}secret").build(),
                    User.withUsername("bob").password("{noop}secret").build());
        }
    }

    @RestController
    static class Account {
        private final AtomicInteger calls = new AtomicInteger();

        /** What it sees of the caller comes by the context of the subscription. */
        @Idempotent
        @PostMapping("/charges")
        Mono<String> charge() {
            return ReactiveSecurityContextHolder.getContext()
                    .map(context -> nameIn(context) + " " + calls.incrementAndGet());
        }

        private static String nameIn(SecurityContext context) {
            return Objects.requireNonNull(context.getAuthentication()).getName();
        }
    }

    /** What the annotations ask, and what was done. */
    public static class Gate {
        private final AtomicInteger done = new AtomicInteger();
        private volatile boolean open;

        public boolean isOpen() {
            return open;
        }

        /** Something is done, and then somebody is refused. */
        private RuntimeException refusal() {
            done.incrementAndGet();
            return new AccessDeniedException("Not yours");
        }
    }

    @RestController
    @Idempotent
    static class Secrets {
        private final Gate gate;

        Secrets(Gate gate) {
            this.gate = gate;
        }

        @PreAuthorize("@gate.open")
        @PostMapping("/secrets")
        Mono<String> secret() {
            return Mono.just("told");
        }

        @PreAuthorize("@gate.open")
        @PostMapping("/secrets/all")
        Flux<String> secrets() {
            return Flux.just("to", "ld");
        }

        @PreAuthorize("permitAll()")
        @PostMapping("/secrets/deep")
        Mono<String> deep() {
            return Mono.error(gate::refusal);
        }

        @PreAuthorize("permitAll()")
        @PostMapping("/secrets/deep/at-once")
        Mono<String> atOnce() {
            throw gate.refusal();
        }

        @PreAuthorize("permitAll()")
        @PostMapping("/secrets/deep/all")
        Flux<String> all() {
            return Flux.error(gate::refusal);
        }

        @PostAuthorize("denyAll()")
        @PostMapping("/secrets/after")
        Mono<String> after() {
            return Mono.fromSupplier(() -> "done " + gate.done.incrementAndGet());
        }
    }

    /** No proxy stands in front of it. */
    @RestController
    static class Unguarded {
        private final Gate gate;

        Unguarded(Gate gate) {
            this.gate = gate;
        }

        @Idempotent
        @PostMapping("/unguarded")
        Mono<String> open() {
            return Mono.error(gate::refusal);
        }
    }

    @AfterAll
    void stop() {
        application.close();
    }

    private HttpResponse<String> post(String path, String user, String password) throws Exception {
        String credential =
                Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return application.send(application.keyed(path, "k", "").header("Authorization", "Basic " + credential));
    }

    @Test
    void a_key_belongs_to_who_is_authenticated_and_nobody_else_gets_the_answer_S12_S13() throws Exception {
        assertThat(post("/charges", "alice", "secret").body()).isEqualTo("alice 1");
        assertThat(post("/charges", "bob", "secret").body()).isEqualTo("bob 2");
        assertThat(post("/charges", "alice", "secret").body()).isEqualTo("alice 1");
        assertThat(post("/charges", "alice", "wrong").statusCode()).isEqualTo(401);
        assertThat(application.post("/charges", "k", "").statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/secrets", "/secrets/all"})
    void what_an_annotation_refuses_in_front_of_the_method_leaves_the_key_free_S14(String path) throws Exception {
        Gate gate = application.bean(Gate.class);
        gate.open = false;
        assertThat(post(path, "alice", "secret").statusCode()).isEqualTo(403);

        gate.open = true;
        assertThat(post(path, "alice", "secret").body()).isEqualTo("told");
    }

    /** The method had begun, or nobody knows whether it had. */
    @ParameterizedTest
    @ValueSource(
            strings = {"/secrets/deep", "/secrets/deep/at-once", "/secrets/deep/all", "/secrets/after", "/unguarded"})
    void a_refusal_after_something_was_done_leaves_the_outcome_unknown_S15(String path) throws Exception {
        int before = application.bean(Gate.class).done.get();
        assertThat(post(path, "alice", "secret").statusCode()).isEqualTo(403);
        HttpResponse<String> retry = post(path, "alice", "secret");

        assertThat(retry.statusCode()).isEqualTo(409);
        assertThat(retry.body()).contains("outcome-unknown");
        assertThat(application.bean(Gate.class).done).hasValue(before + 1);
    }
}
