package dev.reprise.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.http.HttpNames;
import dev.reprise.http.IssuedKeys;
import dev.reprise.http.KeyIssuer;
import dev.reprise.http.KeyLocation;
import dev.reprise.http.Profile;
import dev.reprise.servlet.Application.Setup;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys in other places, keys that the filter issues, and another dialect. */
@ParameterizedClass
@EnumSource
class KeysTest {
    @Parameter
    private Container container = Container.JETTY;

    private Application application(Setup setup) {
        return new Application(container, setup, (request, response) -> {
            response.setStatus(201);
            response.addHeader("Set-Cookie", "session=1");
            response.getWriter()
                    .print("took " + new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        });
    }

    private static HttpResponse<String> json(Application application, String body) throws Exception {
        return application.send(application
                .request("/v2/payments")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    @Test
    void a_key_in_the_body_is_executed_once_and_a_body_without_one_each_time_S3() throws Exception {
        KeyLocation inBody = new KeyLocation(KeyLocation.Place.JSON, "/idempotency_key");
        try (Application application = application(Setup.USUAL.withRoute(route -> route.withKeyLocations(inBody)))) {
            String keyed = "{\"idempotency_key\":\"k\"}";
            HttpResponse<String> first = json(application, keyed);
            HttpResponse<String> retry = json(application, keyed);

            assertThat(first.body()).isEqualTo(retry.body()).isEqualTo("took " + keyed);
            assertThat(retry.headers().firstValue("idempotent-replayed")).hasValue("true");
            assertThat(application.executions()).isOne();

            for (int i = 0; i < 2; i++) {
                HttpResponse<String> unprotected = json(application, "{\"amount\":1}");
                assertThat(unprotected.statusCode()).isEqualTo(201);
                assertThat(unprotected.body()).isEqualTo("took {\"amount\":1}");
                assertThat(unprotected.headers().firstValue("set-cookie")).hasValue("session=1");
                assertThat(unprotected.headers().map())
                        .doesNotContainKeys("idempotent-replayed", "idempotency-retention");
            }
            assertThat(application.executions()).isEqualTo(3);
        }
    }

    @Test
    void an_issued_key_is_good_for_its_caller_S6() throws Exception {
        KeyIssuer issuer = new KeyIssuer(List.of(new byte[32]), Duration.ofHours(1));
        try (Application application =
                application(Setup.USUAL.withRoute(route -> route.withIssuedKeys(new IssuedKeys("/keys", issuer))))) {
            HttpResponse<String> issued = application.send(
                    application.request("/keys").header("X-User", "alice").POST(BodyPublishers.noBody()));
            String key = issued.body().replaceAll(".*\"idempotency_key\":\"([^\"]+)\".*\\s*", "$1");

            assertThat(issued.statusCode()).isEqualTo(201);
            assertThat(issued.headers().firstValue("cache-control")).hasValue("no-store");
            assertThat(post(application, "bob", key).statusCode()).isEqualTo(400);
            assertThat(post(application, "alice", "k").statusCode()).isEqualTo(400);
            assertThat(application.executions()).isZero();
            assertThat(post(application, "alice", key).statusCode()).isEqualTo(201);
            assertThat(post(application, "alice", key).headers().firstValue("idempotent-replayed"))
                    .hasValue("true");
            assertThat(application.executions()).isOne();
        }
    }

    private static HttpResponse<String> post(Application application, String user, String key) throws Exception {
        return application.send(application
                .request("/a")
                .header("X-User", user)
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.noBody()));
    }

    @Test
    void answers_are_in_the_dialect_of_the_route() throws Exception {
        try (Application application = application(Setup.USUAL.withRoute(route -> route.withProfile(Profile.STRIPE)))) {
            HttpResponse<String> first = application.post("k");
            HttpResponse<String> retry = application.post("k");
            HttpResponse<String> mismatch = application.post("/a", "k", "other");

            assertThat(retry.headers().firstValue("original-request"))
                    .isPresent()
                    .isEqualTo(first.headers().firstValue("request-id"));
            assertThat(mismatch.statusCode()).isEqualTo(400);
            assertThat(mismatch.body()).startsWith("{\"error\":{\"type\":\"idempotency_error\"");
        }
    }

    @Test
    void a_key_where_nothing_is_protected_is_said_to_be_ignored() throws Exception {
        HttpNames usual = HttpNames.DEFAULT;
        HttpNames names =
                new HttpNames(usual.key(), usual.replayed(), usual.documentation(), null, "Idempotency-Status");
        try (Application application =
                application(Setup.USUAL.withNames(names).withRoute(route -> route.withMethods(Set.of("PUT"))))) {
            assertThat(application.post("k").headers().firstValue("idempotency-status"))
                    .hasValue("ignored");
            HttpResponse<String> without =
                    application.send(application.request("/a").POST(BodyPublishers.noBody()));
            assertThat(without.headers().firstValue("idempotency-status")).isEmpty();
            assertThat(application.executions()).isEqualTo(2);
        }
    }
}
