package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.testkit.TcpFaultProxy;
import dev.reprise.testkit.TcpFaultProxy.Plan;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;

/** AWS's SDK for Java, which signs each attempt anew, through the recipe for EC2 in docs/gateway.md. */
class AwsJavaTest {
    @TempDir
    private Path folder;

    private final TestService service = new TestService();
    private final TestService authorization = new TestService();

    @AfterEach
    void stop() {
        service.close();
        authorization.close();
    }

    private GatewayFixture gateway(String principal) {
        service.behave((request, body) -> request.response()
                .putHeader("Content-Type", "text/xml")
                .end("<RunInstancesResponse><reservationId>r-"
                        + service.received().size() + "</reservationId></RunInstancesResponse>"));
        authorization.behave(
                (request, body) -> request.response().setStatusCode(204).end());
        return new GatewayFixture(folder, """
                upstream: http://127.0.0.1:%d
                authorization: {url: 'http://127.0.0.1:%d/'}
                principal: {%s: Authorization}
                routes:
                  - {path: /, key-sources: ["query:ClientToken", "form:ClientToken"], max-wait: 20s}
                """.formatted(service.port(), authorization.port(), principal));
    }

    private static Ec2Client client(TcpFaultProxy network) {
        return Ec2Client.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + network.port()))
                .region(Region.EU_WEST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret")))
                .httpClientBuilder(Apache5HttpClient.builder())
                .build();
    }

    private static String run(Ec2Client client, String image) {
        return client.runInstances(request -> request.clientToken("token-1")
                        .imageId(image)
                        .minCount(1)
                        .maxCount(1))
                .reservationId();
    }

    @Test
    void a_lost_answer_is_replayed_to_the_retry_with_its_new_signature_S7_S12() throws Exception {
        try (GatewayFixture gateway = gateway("signer");
                TcpFaultProxy network = new TcpFaultProxy(gateway.port());
                Ec2Client client = client(network)) {
            network.next(Plan.CUT_BEFORE_RESPONSE);

            assertThat(run(client, "ami-1")).isEqualTo("r-1");

            assertThat(service.received()).hasSize(1);
            assertThat(authorization.received().stream()
                            .map(received -> received.header("authorization").orElseThrow()))
                    .hasSize(2)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void another_request_under_its_token_is_refused_at_once_S9() throws Exception {
        try (GatewayFixture gateway = gateway("signer");
                TcpFaultProxy network = new TcpFaultProxy(gateway.port());
                Ec2Client client = client(network)) {
            run(client, "ami-1");

            assertThatThrownBy(() -> run(client, "ami-2"))
                    .isInstanceOfSatisfying(
                            Ec2Exception.class,
                            refused -> assertThat(refused.statusCode()).isEqualTo(422));
            assertThat(authorization.received()).hasSize(2);
            assertThat(service.received()).hasSize(1);
        }
    }

    @Test
    void without_the_signer_each_attempt_is_executed() throws Exception {
        try (GatewayFixture gateway = gateway("header");
                TcpFaultProxy network = new TcpFaultProxy(gateway.port());
                Ec2Client client = client(network)) {
            network.next(Plan.CUT_BEFORE_RESPONSE);

            assertThat(run(client, "ami-1")).isEqualTo("r-2");

            assertThat(service.received()).hasSize(2);
        }
    }
}
