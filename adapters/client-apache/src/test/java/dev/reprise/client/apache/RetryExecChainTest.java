package dev.reprise.client.apache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.client.CallFailedException;
import dev.reprise.client.KeyPlacement;
import dev.reprise.client.KeyProfile;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryPolicy;
import dev.reprise.client.RetryReport;
import dev.reprise.client.StopReason;
import dev.reprise.testkit.RetryingClientContract;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.testkit.ScriptedServer.Step;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.Test;

class RetryExecChainTest extends RetryingClientContract {
    private static final UnaryOperator<HttpClientBuilder> FOLLOWING = UnaryOperator.identity();

    @Override
    protected Called post(URI uri, String body) throws Exception {
        return post(KeyProfile.ietf(), uri, new StringEntity(body));
    }

    @Test
    void a_redirect_that_keeps_the_method_is_followed_with_the_same_key_and_body_C1() throws Exception {
        for (int status : List.of(307, 308)) {
            try (ScriptedServer server = new ScriptedServer(new Step.Answer(status, "", "Location", "/moved"))) {
                Called called =
                        post(FOLLOWING, KeyProfile.ietf(), server.uri("/charges"), new StringEntity("amount=1000"));

                assertThat(called).isEqualTo(new Called(201, "effect 1", 1, false, "HAPPENED"));
                assertThat(server.received()).extracting(Received::target).containsExactly("/charges", "/moved");
                assertThat(server.received().stream().map(Received::body).distinct())
                        .containsExactly("amount=1000");
                assertThat(server.received().stream()
                                .map(request -> request.field("idempotency-key").orElse("none"))
                                .distinct())
                        .hasSize(1)
                        .doesNotContain("none");
            }
        }
    }

    /** Which redirect it was that the client has followed cannot be found out. */
    @Test
    void a_page_got_in_place_of_the_operation_is_no_answer_to_it_C8() throws Exception {
        for (int status : List.of(301, 302, 303)) {
            try (ScriptedServer server = new ScriptedServer(
                    new Step.Answer(status, "", "Location", "/page"), new Step.Answer(200, "a page"))) {
                Called called =
                        post(FOLLOWING, KeyProfile.ietf(), server.uri("/charges"), new StringEntity("amount=1000"));

                assertThat(called).isEqualTo(new Called(200, "a page", 1, false, "MAY_HAVE_HAPPENED"));
                assertThat(server.received().getLast().method()).isEqualTo("GET");
            }
        }
    }

    @Test
    void a_context_that_is_used_again_is_not_confused_by_the_call_before_C8() throws Exception {
        HttpClientContext context = HttpClientContext.create();
        try (ScriptedServer server =
                        new ScriptedServer(new Step.Answer(303, "", "Location", "/page"), new Step.Answer(200, ""));
                CloseableHttpClient client = client(FOLLOWING, KeyProfile.ietf())) {
            for (String expected : List.of("MAY_HAVE_HAPPENED", "HAPPENED")) {
                HttpPost request = new HttpPost(server.uri("/charges"));
                request.setEntity(new StringEntity("amount=1000"));
                client.execute(request, context, response -> EntityUtils.toString(response.getEntity()));

                assertThat(RetryExecChain.report(context)
                                .orElseThrow()
                                .certainty()
                                .name())
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void an_entity_that_is_gone_once_it_was_sent_is_not_sent_twice_C1() {
        try (ScriptedServer server = new ScriptedServer(new Step.Reset(true))) {
            HttpEntity once =
                    new InputStreamEntity(new ByteArrayInputStream(new byte[1000]), ContentType.APPLICATION_JSON);

            assertThatThrownBy(() -> post(KeyProfile.ietf(), server.uri("/charges"), once))
                    .isInstanceOfSatisfying(
                            CallFailedException.class,
                            failed -> assertThat(failed.report().stop()).isEqualTo(StopReason.UNREPEATABLE_BODY));
            assertThat(server.received()).hasSize(1);
        }
    }

    @Test
    void a_key_goes_into_the_query_where_the_profile_says_so_C1() throws Exception {
        try (ScriptedServer server = new ScriptedServer(new Step.Answer(503, ""))) {
            KeyProfile profile = KeyProfile.ietf().withPlacement(new KeyPlacement.QueryParameter("key"));
            post(profile, server.uri("/charges?a=b"), new StringEntity("amount=1000"));

            assertThat(server.received()).hasSize(2);
            assertThat(server.received().get(0).target())
                    .startsWith("/charges?a=b&key=")
                    .isEqualTo(server.received().get(1).target());
        }
    }

    @Test
    void hedging_is_refused_with_the_names_of_both() {
        Retries hedging = Retries.builder()
                .policy(RetryPolicy.considerate().withHedging(Duration.ofSeconds(1)))
                .build();

        assertThatThrownBy(() -> new RetryExecChain(hedging))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("hedgeAfter (PT1S)", "RetryExecChain of Apache");
    }

    private static Called post(KeyProfile profile, URI uri, HttpEntity body) throws Exception {
        return post(HttpClientBuilder::disableRedirectHandling, profile, uri, body);
    }

    private static CloseableHttpClient client(UnaryOperator<HttpClientBuilder> settings, KeyProfile profile) {
        Retries retries = Retries.builder()
                .policy(RetryPolicy.considerate().withMaxAttempts(4))
                .profile(profile)
                .timer(delay -> CompletableFuture.completedFuture(null))
                .build();
        return settings.apply(HttpClients.custom()
                        .disableAutomaticRetries()
                        .addExecInterceptorFirst("retries", new RetryExecChain(retries)))
                .build();
    }

    private static Called post(UnaryOperator<HttpClientBuilder> settings, KeyProfile profile, URI uri, HttpEntity body)
            throws Exception {
        HttpPost request = new HttpPost(uri);
        request.setEntity(body);
        HttpClientContext context = HttpClientContext.create();
        try (CloseableHttpClient client = client(settings, profile)) {
            return client.execute(request, context, response -> {
                String text = response.getEntity() == null ? "" : EntityUtils.toString(response.getEntity());
                RetryReport report = RetryExecChain.report(context).orElseThrow();
                return new Called(
                        response.getCode(),
                        text,
                        report.attempts(),
                        report.replayed(),
                        report.certainty().name());
            });
        }
    }
}
