package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.StripeClient;
import com.stripe.exception.ApiException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.net.RequestOptions;
import com.stripe.param.ChargeCreateParams;
import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.sample.Ledger;
import dev.reprise.gateway.sample.SampleApi;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.TcpFaultProxy;
import dev.reprise.testkit.TcpFaultProxy.Plan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Stripe's own client for Java, with its automatic retries, against routes of its profile. */
class StripeJavaTest {
    private static StripeClient client(int port, int retries) {
        return StripeClient.builder()
                .setApiKey("sk_test_java")
                .setApiBase("http://127.0.0.1:" + port)
                .setMaxNetworkRetries(retries)
                .setReadTimeout(20_000)
                .build();
    }

    private static Charge charge(StripeClient client, long amount, RequestOptions options) throws StripeException {
        return client.v1()
                .charges()
                .create(
                        ChargeCreateParams.builder()
                                .setAmount(amount)
                                .setCurrency("eur")
                                .build(),
                        options);
    }

    private static RequestOptions key(String key) {
        return RequestOptions.builder().setIdempotencyKey(key).build();
    }

    /** The sample API behind the gateway, and a network that fails between the gateway and the client. */
    @Nested
    class Over_a_bad_network {
        private final SampleApi sample = SampleApi.start(Address.parse("127.0.0.1:0"));
        private final GatewayFixture gateway;
        private final TcpFaultProxy network;

        Over_a_bad_network(@TempDir Path folder) {
            gateway = new GatewayFixture(
                    folder,
                    "upstream: http://127.0.0.1:" + sample.port()
                            + "\ndefaults: {profile: stripe, require-key: true}\n");
            network = new TcpFaultProxy(gateway.port());
        }

        @AfterEach
        void stop() {
            network.close();
            gateway.close();
            sample.close();
        }

        static Stream<Plan> faults() {
            return Stream.of(
                    Plan.CUT_BEFORE_REQUEST,
                    Plan.cutRequestAfter(60),
                    Plan.CUT_BEFORE_RESPONSE,
                    Plan.cutResponseAfter(30),
                    Plan.slow(Duration.ofMillis(20)));
        }

        @ParameterizedTest
        @MethodSource("faults")
        void a_charge_moves_money_once_S7(Plan fault) throws Exception {
            network.next(fault);

            Charge charge = charge(client(network.port(), 4), 1000, RequestOptions.getDefault());

            assertThat(charge.getAmount()).isEqualTo(1000);
            assertThat(sample.ledger().entries())
                    .extracting(Ledger.Entry::amount)
                    .containsExactly(1000L);
            assertThat(charge.getId())
                    .isEqualTo("ch_" + sample.ledger().entries().get(0).id());
        }

        @Test
        void many_charges_move_each_its_money_once_while_every_fifth_connection_breaks_S7() throws Exception {
            Random random = new Random(7);
            network.always(() -> {
                synchronized (random) {
                    int bytes = random.nextInt(600);
                    return random.nextInt(5) > 0
                            ? Plan.PASS
                            : random.nextBoolean() ? Plan.cutRequestAfter(bytes) : Plan.cutResponseAfter(bytes);
                }
            });
            AtomicLong next = new AtomicLong();

            List<List<Long>> amounts = Parallel.run(8, () -> {
                List<Long> charged = new ArrayList<>();
                for (long i = next.incrementAndGet(); i <= 200; i = next.incrementAndGet()) {
                    // A client of its own each time, so that there is a connection of its own to break.
                    charged.add(charge(client(network.port(), 8), i, RequestOptions.getDefault())
                            .getAmount());
                }
                return charged;
            });

            Long[] each = LongStream.rangeClosed(1, 200).boxed().toArray(Long[]::new);
            assertThat(amounts.stream().flatMap(List::stream)).containsExactlyInAnyOrder(each);
            assertThat(sample.ledger().entries())
                    .extracting(Ledger.Entry::amount)
                    .containsExactlyInAnyOrder(each);
        }

        @Test
        void a_replay_names_the_exchange_that_executed_S17() throws Exception {
            StripeClient client = client(gateway.port(), 0);

            Charge first = charge(client, 1000, key("k"));
            Charge replay = charge(client, 1000, key("k"));

            assertThat(replay.getId()).isEqualTo(first.getId());
            assertThat(replay.getLastResponse().headers().firstValue("Idempotent-Replayed"))
                    .contains("true");
            assertThat(replay.getLastResponse().idempotencyKey()).isEqualTo("k");
            assertThat(replay.getLastResponse().requestId())
                    .isNotEqualTo(first.getLastResponse().requestId());
            assertThat(replay.getLastResponse().headers().firstValue("Original-Request"))
                    .contains(first.getLastResponse().requestId());
        }

        @Test
        void another_payload_is_an_idempotency_exception_and_not_retried_S9() throws Exception {
            charge(client(network.port(), 4), 1000, key("k"));
            int before = network.connections();

            assertThatThrownBy(() -> charge(client(network.port(), 4), 2000, key("k")))
                    .isInstanceOfSatisfying(IdempotencyException.class, refused -> {
                        assertThat(refused.getStatusCode()).isEqualTo(400);
                        assertThat(refused.getStripeError().getType()).isEqualTo("idempotency_error");
                        assertThat(refused.getRequestId()).startsWith("req_");
                    });
            assertThat(network.connections()).isLessThanOrEqualTo(before + 1);
            assertThat(sample.ledger().entries()).hasSize(1);
        }
    }

    /** A service that a test can slow down or break. */
    @Nested
    class At_a_service_in_trouble {
        private final TestService service = new TestService();
        private final GatewayFixture gateway;

        At_a_service_in_trouble(@TempDir Path folder) {
            gateway = new GatewayFixture(
                    folder, "upstream: http://127.0.0.1:" + service.port() + "\ndefaults: {profile: stripe}\n");
        }

        @AfterEach
        void stop() {
            gateway.close();
            service.close();
        }

        @Test
        void a_key_in_use_is_retried_until_it_is_replayed_S8() throws Exception {
            service.behave((request, body) -> request.response()
                    .putHeader("Content-Type", "application/json")
                    .end("{\"id\":\"ch_1\",\"object\":\"charge\",\"amount\":1000}"));
            service.slowDown(1_000);

            List<Charge> charges = Parallel.run(4, () -> charge(client(gateway.port(), 8), 1000, key("k")));

            assertThat(charges).extracting(Charge::getId).containsOnly("ch_1");
            assertThat(service.received()).hasSize(1);
            assertThat(charges)
                    .filteredOn(charge -> charge.getLastResponse()
                            .headers()
                            .firstValue("Idempotent-Replayed")
                            .isPresent())
                    .hasSize(3);
        }

        @Test
        void an_executed_500_is_replayed_and_ends_the_retries_S15() {
            service.behave((request, body) -> request.response()
                    .setStatusCode(500)
                    .putHeader("Content-Type", "application/json")
                    .end("{\"error\":{\"type\":\"api_error\",\"message\":\"broken\"}}"));

            assertThatThrownBy(() -> charge(client(gateway.port(), 8), 1000, key("k")))
                    .isInstanceOfSatisfying(
                            ApiException.class,
                            failed -> assertThat(failed.getStatusCode()).isEqualTo(500));
            assertThat(service.received()).hasSize(1);
        }

        @Test
        void a_service_that_is_down_is_retried_and_charged_once_when_it_is_back_S22() throws Exception {
            service.behave((request, body) -> {
                boolean down = service.received().size() < 3;
                request.response()
                        .setStatusCode(down ? 503 : 200)
                        .putHeader("Idempotency-Effect", down ? "none" : "some")
                        .end(
                                down
                                        ? "{\"error\":{\"type\":\"api_error\",\"message\":\"down\"}}"
                                        : "{\"id\":\"ch_1\",\"object\":\"charge\"}");
            });

            Charge charge = charge(client(gateway.port(), 8), 1000, key("k"));

            assertThat(charge.getId()).isEqualTo("ch_1");
            assertThat(service.received()).hasSize(3);
            assertThat(charge.getLastResponse().headers().firstValue("Idempotent-Replayed"))
                    .isEmpty();
        }
    }
}
