package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.csrf.CsrfWebFilter;
import org.springframework.security.web.server.util.matcher.AndServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.NegatedServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;
import org.springframework.web.bind.annotation.CrossOrigin;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/**
 * The console of a reactive application for the users whom Spring Security has authenticated, behind a base path and a filter that reads forms;
 * and the piece of {@code docs/console.md}.
 */
class ReactiveConsoleUsersTest extends ConsoleUsersContract {
    @SuppressWarnings("NullAway.Init")
    private BootedReactive application;

    @BeforeAll
    void start(@TempDir Path folder) {
        audit = folder.resolve("audit.jsonl");
        application = BootedReactive.start(
                Secured.class,
                BootedReactive.WITH_SECURITY,
                "--spring.webflux.base-path=/shop",
                "--spring.webflux.hiddenmethod.filter.enabled=true",
                "--reprise.console.enabled=true",
                "--reprise.console.operator-authority=ROLE_OPERATOR",
                "--reprise.console.viewer-authority=see-operations",
                "--reprise.console.audit-file=" + audit);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableWebFluxSecurity
    @Import(Work.class)
    static class Secured {
        /** Callers send no forms. */
        @Bean
        @Order(0)
        SecurityWebFilterChain callers(ServerHttpSecurity http) {
            return http.securityMatcher(ServerWebExchangeMatchers.pathMatchers("/work"))
                    .authorizeExchange(exchanges -> exchanges.anyExchange().authenticated())
                    .csrf(csrf -> csrf.disable())
                    .httpBasic(Customizer.withDefaults())
                    .build();
        }

        @Bean
        SecurityWebFilterChain security(ServerHttpSecurity http) {
            ServerWebExchangeMatcher console = ServerWebExchangeMatchers.pathMatchers("/reprise/console/**");
            return http.authorizeExchange(exchanges -> exchanges.anyExchange().authenticated())
                    .csrf(csrf -> csrf.requireCsrfProtectionMatcher(new AndServerWebExchangeMatcher(
                            CsrfWebFilter.DEFAULT_CSRF_MATCHER, new NegatedServerWebExchangeMatcher(console))))
                    .httpBasic(Customizer.withDefaults())
                    .build();
        }

        @Bean
        MapReactiveUserDetailsService users() {
            return new MapReactiveUserDetailsService(ConsoleUsersContract.users());
        }
    }

    @RestController
    @CrossOrigin
    static class Work {
        private final AtomicInteger calls = new AtomicInteger();
        private final AtomicInteger taken = new AtomicInteger();

        @Idempotent
        @PostMapping("/work")
        Mono<String> work() {
            throw new IllegalStateException("The handler fails after call " + calls.incrementAndGet());
        }

        /** Takes what nobody else does. */
        @Idempotent
        @PostMapping("/**")
        Mono<String> other() {
            return Mono.just("of the application " + taken.incrementAndGet());
        }

        @RequestMapping("/**")
        Mono<String> any() {
            return Mono.just("of the application " + taken.incrementAndGet());
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
    void a_session_belongs_to_this_place_and_nothing_is_kept_by_browsers() throws Exception {
        HttpResponse<String> page = visitor().as("olivia").get("/");

        assertThat(page.headers().allValues("Set-Cookie"))
                .singleElement()
                .asString()
                .endsWith("; Path=/shop/reprise/console/; HttpOnly; SameSite=Strict");
        assertThat(page.headers().allValues("Cache-Control")).containsExactly("no-store");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'");
        assertThat(visitor().as("olivia").get("").headers().firstValue("Location"))
                .hasValue(PLACE + "/");
    }

    /** Neither handlers that take all paths, nor the filter in front of them. */
    @Test
    void the_application_sees_nothing_of_it() throws Exception {
        int before = application.bean(Work.class).taken.get();
        HttpVisitor olivia = visitor().as("olivia").with("Idempotency-Key", "of-the-console");
        String csrf = olivia.csrf();

        for (int i = 0; i < 2; i++) {
            HttpResponse<String> purged = olivia.post("/purge", "csrf", csrf, "reason", "room", "do", "yes");
            assertThat(purged.statusCode()).isEqualTo(303);
            assertThat(BootedReactive.isReplay(purged)).isFalse();
        }
        assertThat(olivia.get("/no-such-page").statusCode()).isEqualTo(404);
        assertThat(olivia.page("/operations?key=of-the-console")).doesNotContain("operation?op=");
        assertThat(application.bean(Work.class).taken).hasValue(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "PUT", "DELETE", "PATCH"})
    void there_is_get_and_post(String method) throws Exception {
        assertThat(RawClient.exchange(application.port(), raw(method + " " + PLACE + "/", "Content-Length: 0\n")))
                .startsWith("HTTP/1.1 405")
                .containsIgnoringCase("allow: GET, POST");
    }

    @Test
    void pages_of_other_origins_are_given_no_leave() throws Exception {
        String preflight = raw(
                "OPTIONS " + PLACE + "/purge", "Origin: https://evil.example\nAccess-Control-Request-Method: POST\n");

        assertThat(RawClient.exchange(application.port(), preflight.replace("/reprise/console/", "/else/")))
                .containsIgnoringCase("access-control-allow-origin: https://evil.example");
        assertThat(RawClient.exchange(application.port(), preflight))
                .startsWith("HTTP/1.1")
                .doesNotContainIgnoringCase("access-control-allow");
    }

    @Test
    void a_field_that_comes_twice_says_nothing() throws Exception {
        String fields = "Sec-Fetch-Site: same-origin\nSec-Fetch-Site: cross-site\nContent-Length: 0\n";

        assertThat(RawClient.exchange(application.port(), raw("POST " + PLACE + "/purge", fields)))
                .startsWith("HTTP/1.1 403")
                .contains("not sent by a page of this console");
    }
}
