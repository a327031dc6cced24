package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.Customizer;
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
    @Import(Account.class)
    static class Application {
        @Bean
        SecurityFilterChain security(HttpSecurity http) throws Exception {
            return http.csrf(csrf -> csrf.disable())
                    .httpBasic(Customizer.withDefaults())
                    .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .build();
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

    @AfterAll
    void stop() {
        application.close();
    }

    private HttpResponse<String> charge(String user, String password, String key, String body) throws Exception {
        String credential =
                Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return application.send(application
                .request("/charges")
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
}
