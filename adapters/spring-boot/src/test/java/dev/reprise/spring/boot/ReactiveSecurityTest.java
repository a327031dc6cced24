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
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Spring Security comes first, a key belongs to who is authenticated, and its refusals are not recorded. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReactiveSecurityTest {
    private final BootedReactive application = BootedReactive.start(Application.class, BootedReactive.WITH_SECURITY);

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableWebFluxSecurity
    @Import(Account.class)
    static class Application {
        @Bean
        SecurityWebFilterChain security(ServerHttpSecurity http) {
            return http.csrf(csrf -> csrf.disable())
                    .httpBasic(Customizer.withDefaults())
                    .authorizeExchange(exchanges -> exchanges.anyExchange().authenticated())
                    .build();
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
        private final AtomicInteger refusals = new AtomicInteger();

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

        /** As a method with {@code @PreAuthorize} does. */
        @Idempotent
        @PostMapping("/secrets")
        Mono<String> secret() {
            return refusals.incrementAndGet() == 1
                    ? Mono.error(new AccessDeniedException("Not yours"))
                    : Mono.just("told");
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

    @Test
    void what_security_refuses_inside_of_the_handler_leaves_the_key_free_S14() throws Exception {
        assertThat(post("/secrets", "alice", "secret").statusCode()).isEqualTo(403);
        assertThat(post("/secrets", "alice", "secret").body()).isEqualTo("told");
    }
}
