package dev.reprise.console.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a code is shown to the provider: with what was kept of the sign-in, and the secret of the client as the provider wants it. */
class TokenRequestTest extends OidcFixture {
    private static final String SECRET = "s3cret of the client";

    private final BlockingQueue<Shown> shown = new LinkedBlockingQueue<>();

    private record Shown(@Nullable String authorization, String form) {}

    @BeforeEach
    void listen() {
        forging.answer(ForgingProvider.TOKEN, this::remember);
    }

    private void remember(HttpExchange exchange) throws IOException {
        shown.add(new Shown(
                exchange.getRequestHeaders().getFirst("Authorization"),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        exchange.sendResponseHeaders(400, -1);
        exchange.close();
    }

    private Shown shown(@Nullable String secret) throws InterruptedException {
        use(settings("sub", secret), PATIENCE);
        provider.find(begun, query());
        return shown.take();
    }

    private void supports(String methods) {
        forging.answer(
                ForgingProvider.CONFIGURATION,
                200,
                forging.configuration()
                        .replace("{", "{\"token_endpoint_auth_methods_supported\": [" + methods + "], "));
    }

    @Test
    void a_code_comes_with_what_this_process_kept() throws Exception {
        assertThat(shown(SECRET).form())
                .contains(
                        "grant_type=authorization_code",
                        "code=c0de",
                        "code_verifier=" + begun.verifier(),
                        "redirect_uri=http%3A%2F%2F127.0.0.1%3A8081%2Fconsole%2Fsign-in%2Fcallback");
    }

    @Test
    void a_secret_is_shown_in_the_head_unless_only_the_form_will_do() throws Exception {
        supports("\"client_secret_post\", \"client_secret_basic\"");
        Shown basic = shown(SECRET);
        supports("\"client_secret_post\"");
        Shown post = shown(SECRET);

        String credentials = Objects.requireNonNull(basic.authorization()).replace("Basic ", "");
        assertThat(new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8))
                .isEqualTo("console:s3cret+of+the+client");
        assertThat(basic.form()).doesNotContain("client_secret");
        assertThat(post.authorization()).isNull();
        assertThat(post.form()).contains("client_id=console", "client_secret=s3cret+of+the+client");
    }

    @Test
    void a_public_client_only_says_its_name() throws Exception {
        Shown named = shown(null);

        assertThat(named.authorization()).isNull();
        assertThat(named.form()).contains("client_id=console").doesNotContain("client_secret");
    }
}
