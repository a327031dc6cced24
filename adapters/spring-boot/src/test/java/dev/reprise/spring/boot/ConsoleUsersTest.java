package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.spring.boot.Idempotent.Guarantee;
import dev.reprise.testkit.HttpVisitor;
import dev.reprise.testkit.RawClient;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The console of an application for the users whom Spring Security has authenticated; and the piece of {@code docs/console.md}. */
class ConsoleUsersTest extends ConsoleUsersContract {
    @SuppressWarnings("NullAway.Init")
    private Booted application;

    @BeforeAll
    void start(@TempDir Path folder) {
        audit = folder.resolve("audit.jsonl");
        application = Booted.start(
                Secured.class,
                Booted.WITH_SECURITY,
                "--server.servlet.context-path=/shop",
                "--reprise.console.enabled=true",
                "--reprise.console.operator-authority=ROLE_OPERATOR",
                "--reprise.console.viewer-authority=see-operations",
                "--reprise.console.audit-file=" + audit);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Work.class)
    static class Secured {
        @Bean
        SecurityFilterChain security(HttpSecurity http) throws Exception {
            http.csrf(csrf -> csrf.ignoringRequestMatchers("/work"));
            return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .csrf(csrf -> csrf.ignoringRequestMatchers("/reprise/console/**"))
                    .httpBasic(Customizer.withDefaults())
                    .build();
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(ConsoleUsersContract.users());
        }
    }

    @RestController
    static class Work {
        private final AtomicInteger calls = new AtomicInteger();

        @Idempotent(guarantee = Guarantee.LEASED)
        @PostMapping("/work")
        String work() {
            throw new IllegalStateException("The handler fails after call " + calls.incrementAndGet());
        }
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @Override
    int port() {
        return application.port();
    }

    @Override
    HttpVisitor visitor() {
        return application.visitor(PLACE);
    }

    @Override
    HttpRequest.Builder request(String path) {
        return application.request(path);
    }

    @Override
    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return application.send(request);
    }

    @Override
    AtomicInteger calls() {
        return application.bean(Work.class).calls;
    }

    @Test
    void a_form_that_is_too_long_is_refused() throws Exception {
        try (RawClient client = new RawClient(application.port())) {
            client.send("POST " + PLACE + "/purge HTTP/1.1\nHost: x\nAuthorization: " + HttpVisitor.basic("olivia")
                    + "\nSec-Fetch-Site: same-origin\nContent-Type: application/x-www-form-urlencoded\n"
                    + "Content-Length: 3000000\n\n");

            assertThat(client.readUntil("at most 2097152 bytes is expected")).startsWith("HTTP/1.1 413");
        }
    }
}
