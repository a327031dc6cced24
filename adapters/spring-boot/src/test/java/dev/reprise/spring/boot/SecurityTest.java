package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.Callable;
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
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Spring Security comes first, and a key belongs to who is authenticated. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecurityTest {
    private final Booted application = Booted.start(Application.class, Booted.WITH_SECURITY);

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableMethodSecurity
    @Import({Account.class, Guarded.class, Unguarded.class, Vault.class})
    static class Application {
        @Bean
        SecurityFilterChain security(HttpSecurity http) throws Exception {
            return http.csrf(csrf -> csrf.disable())
                    .httpBasic(Customizer.withDefaults())
                    .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .build();
        }

        @Bean
        Gate gate() {
            return new Gate();
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("alice").password("{noop}secret").build(),
                    User.withUsername("bob").password("{noop}secret").build());
        }
    }

    record Amount(int amount) {}

    @RestController
    static class Account {
        private final AtomicInteger calls = new AtomicInteger();

        @Idempotent
        @PostMapping("/charges")
        String charge(@RequestBody Amount amount) {
            return "charge " + calls.incrementAndGet();
        }
    }

    /** What the annotations ask. */
    public static class Gate {
        private volatile boolean open;

        public boolean isOpen() {
            return open;
        }
    }

    /** What handlers call. */
    static class Vault {
        private final AtomicInteger opened = new AtomicInteger();

        /** Something is done, and then somebody is refused. */
        String open() {
            opened.incrementAndGet();
            throw new AccessDeniedException("Not yours");
        }
    }

    @RestController
    @Idempotent(guarantee = Idempotent.Guarantee.LEASED)
    static class Guarded {
        private final Vault vault;

        Guarded(Vault vault) {
            this.vault = vault;
        }

        @PreAuthorize("@gate.open")
        @PostMapping("/guarded")
        String guarded() {
            return "told";
        }

        @PreAuthorize("@gate.open")
        @PostMapping("/guarded/later")
        Callable<String> later() {
            return () -> "told";
        }

        @PreAuthorize("permitAll()")
        @PostMapping("/guarded/deep")
        String deep() {
            return vault.open();
        }

        @PreAuthorize("permitAll()")
        @PostMapping("/guarded/deep/later")
        Callable<String> deepLater() {
            return vault::open;
        }

        @PostAuthorize("denyAll()")
        @PostMapping("/guarded/after")
        String after() {
            vault.opened.incrementAndGet();
            return "told";
        }
    }

    /** No proxy stands in front of it. */
    @RestController
    static class Unguarded {
        private final Vault vault;

        Unguarded(Vault vault) {
            this.vault = vault;
        }

        @Idempotent(guarantee = Idempotent.Guarantee.LEASED)
        @PostMapping("/unguarded")
        String open() {
            return vault.open();
        }

        @Idempotent
        @PostMapping("/unguarded/transactional")
        String inTransaction() {
            return vault.open();
        }
    }

    @AfterAll
    void stop() {
        application.close();
    }

    private HttpResponse<String> charge(String user, String password, String key, String body) throws Exception {
        return post("/charges", user, password, key, body);
    }

    private HttpResponse<String> post(String path, String key) throws Exception {
        return post(path, "alice", "secret", key, "");
    }

    private HttpResponse<String> post(String path, String user, String password, String key, String body)
            throws Exception {
        String credential =
                Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return application.send(application
                .request(path)
                .header("Authorization", "Basic " + credential)
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> charge(String user, String key) throws Exception {
        return charge(user, "secret", key, "{\"amount\":1}");
    }

    @Test
    void two_callers_with_one_key_do_not_see_each_other_S12() throws Exception {
        HttpResponse<String> alice = charge("alice", "shared");
        HttpResponse<String> bob = charge("bob", "shared");
        HttpResponse<String> aliceAgain = charge("alice", "shared");

        assertThat(alice.statusCode()).isEqualTo(200);
        assertThat(bob.statusCode()).isEqualTo(200);
        assertThat(Booted.isReplay(bob)).isFalse();
        assertThat(bob.body()).isNotEqualTo(alice.body());
        assertThat(Booted.isReplay(aliceAgain)).isTrue();
        assertThat(aliceAgain.body()).isEqualTo(alice.body());
    }

    @Test
    void a_replay_needs_authentication_S13() throws Exception {
        charge("alice", "mine");

        assertThat(charge("alice", "wrong", "mine", "{\"amount\":1}").statusCode())
                .isEqualTo(401);
        assertThat(application.post("/charges", "mine", "{\"amount\":1}").statusCode())
                .isEqualTo(401);
    }

    @Test
    void an_error_page_is_recorded_as_its_caller_sees_it_behind_security_too_S7() throws Exception {
        HttpResponse<String> first = charge("alice", "secret", "broken", "{");
        HttpResponse<String> retry = charge("alice", "secret", "broken", "{");

        assertThat(first.statusCode()).isEqualTo(400);
        assertThat(first.body()).contains("\"status\":400");
        assertThat(Booted.isReplay(retry)).isTrue();
        assertThat(retry.body()).isEqualTo(first.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/guarded", "/guarded/later"})
    void what_an_annotation_refuses_in_front_of_the_method_leaves_the_key_free_S14(String path) throws Exception {
        Gate gate = application.bean(Gate.class);
        gate.open = false;
        assertThat(post(path, path).statusCode()).isEqualTo(403);
        assertThat(post(path, path).statusCode()).isEqualTo(403);

        gate.open = true;
        assertThat(post(path, path).body()).isEqualTo("told");
        assertThat(Booted.isReplay(post(path, path))).isTrue();
    }

    /** The method had begun, or nobody knows whether it had. */
    @ParameterizedTest
    @ValueSource(strings = {"/guarded/deep", "/guarded/deep/later", "/guarded/after", "/unguarded"})
    void a_refusal_after_something_was_done_leaves_the_outcome_unknown_S15(String path) throws Exception {
        int before = application.bean(Vault.class).opened.get();
        assertThat(post(path, path).statusCode()).isEqualTo(403);
        HttpResponse<String> retry = post(path, path);

        assertThat(retry.statusCode()).isEqualTo(409);
        assertThat(retry.body()).contains("outcome-unknown");
        assertThat(application.bean(Vault.class).opened).hasValue(before + 1);
    }

    @Test
    void in_a_transaction_any_refusal_leaves_the_key_free_S15() throws Exception {
        int before = application.bean(Vault.class).opened.get();
        assertThat(post("/unguarded/transactional", "k").statusCode()).isEqualTo(403);
        assertThat(post("/unguarded/transactional", "k").statusCode()).isEqualTo(403);

        assertThat(application.bean(Vault.class).opened).hasValue(before + 2);
    }
}
