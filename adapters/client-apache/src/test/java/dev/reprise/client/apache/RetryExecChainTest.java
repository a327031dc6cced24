package dev.reprise.client.apache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.client.CallFailedException;
import dev.reprise.client.KeyPlacement;
import dev.reprise.client.KeyProfile;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryPolicy;
import dev.reprise.client.RetryReport;
import dev.reprise.client.Stop;
import dev.reprise.testkit.RetryingClientContract;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Step;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.Test;

class RetryExecChainTest extends RetryingClientContract {
    @Override
    protected Called post(URI uri, String body) throws Exception {
        return post(KeyProfile.ietf(), uri, new StringEntity(body));
    }

    @Test
    void an_entity_that_is_gone_once_it_was_sent_is_not_sent_twice_C1() {
        try (ScriptedServer server = new ScriptedServer(new Step.Reset(true))) {
            HttpEntity once =
                    new InputStreamEntity(new ByteArrayInputStream(new byte[1000]), ContentType.APPLICATION_JSON);

            assertThatThrownBy(() -> post(KeyProfile.ietf(), server.uri("/charges"), once))
                    .isInstanceOfSatisfying(
                            CallFailedException.class,
                            failed -> assertThat(failed.report().stop()).isEqualTo(Stop.UNREPEATABLE_BODY));
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
        Retries retries = Retries.builder()
                .policy(RetryPolicy.considerate().withMaxAttempts(4))
                .profile(profile)
                .timer(delay -> CompletableFuture.completedFuture(null))
                .build();
        HttpPost request = new HttpPost(uri);
        request.setEntity(body);
        HttpClientContext context = HttpClientContext.create();
        try (CloseableHttpClient client = HttpClients.custom()
                .disableAutomaticRetries()
                .addExecInterceptorFirst("retries", new RetryExecChain(retries))
                .build()) {
            return client.execute(request, context, response -> {
                String text = EntityUtils.toString(response.getEntity());
                RetryReport report = RetryExecChain.report(context).orElseThrow();
                return new Called(response.getCode(), text, report.attempts(), report.replayed());
            });
        }
    }
}
