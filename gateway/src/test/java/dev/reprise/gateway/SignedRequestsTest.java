package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.gateway.admin.GatewayMetrics;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S12: callers that sign each attempt anew are the same callers where somebody checks their signatures. */
class SignedRequestsTest {
    @TempDir
    private Path folder;

    private final TestService service = new TestService();
    private final TestService authorization = new TestService();

    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Logger log = Logger.getLogger(GatewayMetrics.class.getName());
    private final Handler listening = new Handler() {
        @Override
        public void publish(LogRecord line) {
            warnings.add(new SimpleFormatter().formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        log.addHandler(listening);
    }

    @AfterEach
    void stop() {
        log.removeHandler(listening);
        service.close();
        authorization.close();
    }

    private GatewayFixture gateway(String principal) {
        authorization.behave(
                (request, body) -> request.response().setStatusCode(204).end());
        return new GatewayFixture(
                folder,
                "upstream: http://127.0.0.1:" + service.port() + "\nauthorization: {url: 'http://127.0.0.1:"
                        + authorization.port() + "/'}\nprincipal: {" + principal + "}\n");
    }

    private static HttpRequest.Builder signed(GatewayFixture gateway, String signer, String signature) {
        return gateway.request("/instances")
                .header("Idempotency-Key", "k")
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=" + signer
                                + "/20261128/eu-west-1/ec2/aws4_request, SignedHeaders=host, Signature=" + signature)
                .POST(BodyPublishers.ofString("body"));
    }

    @Test
    void a_retry_with_another_signature_is_replayed() throws Exception {
        try (GatewayFixture gateway = gateway("signer: Authorization")) {
            gateway.send(signed(gateway, "AKID", "1"));

            assertThat(gateway.send(signed(gateway, "AKID", "2")).headers().firstValue("Idempotent-Replayed"))
                    .contains("true");
            gateway.send(signed(gateway, "OTHER", "3"));
            assertThat(service.received()).hasSize(2);
        }
    }

    @Test
    void where_the_whole_credential_counts_each_attempt_is_executed_and_the_operator_warned_once() throws Exception {
        try (GatewayFixture gateway = gateway("header: Authorization")) {
            gateway.send(signed(gateway, "AKID", "1"));
            gateway.send(signed(gateway, "AKID", "2"));

            assertThat(service.received()).hasSize(2);
            assertThat(gateway.metrics()).contains("reprise_shared_keys_total 1.0");
        }
        assertThat(warnings).singleElement().asString().contains("sign each request anew (aws4-hmac-sha256)");
    }

    @Test
    void a_credential_that_stays_the_same_is_no_reason_to_warn() throws Exception {
        try (GatewayFixture gateway = gateway("header: Authorization")) {
            gateway.send(gateway.request("/instances")
                    .header("Idempotency-Key", "k")
                    .header("Authorization", "Bearer token")
                    .POST(BodyPublishers.ofString("body")));
            assertThat(service.received()).hasSize(1);
        }
        assertThat(warnings).isEmpty();
    }
}
