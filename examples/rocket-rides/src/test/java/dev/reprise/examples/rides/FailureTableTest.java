package dev.reprise.examples.rides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.gateway.sample.Ledger;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.TcpFaultProxy;
import dev.reprise.testkit.TcpFaultProxy.Ending;
import dev.reprise.testkit.TcpFaultProxy.Plan;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each row of the table in this example's README, against the service in its own process. */
class FailureTableTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern ADDRESS = Pattern.compile("http://127.0.0.1:(\\d+)/rides");
    private static final Plan STALL_THE_REQUEST = new Plan(0, Integer.MAX_VALUE, Ending.STALL, Duration.ZERO);

    @TempDir
    private Path folder;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @SuppressWarnings("NullAway.Init")
    private PaymentProvider provider;

    @SuppressWarnings("NullAway.Init")
    private TcpFaultProxy network;

    @SuppressWarnings("NullAway.Init")
    private ChildProcess service;

    private int port;

    @BeforeEach
    void start() throws Exception {
        provider = new PaymentProvider(Files.createDirectory(folder.resolve("elsewhere")));
        network = new TcpFaultProxy(provider.port());
        startService();
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        service.close();
        network.close();
        provider.close();
    }

    private void startService() throws Exception {
        service = ChildProcess.java(
                RocketRides.class,
                List.of("-Xmx256m"),
                List.of("--port=0", "--folder=" + folder, "--payments=http://127.0.0.1:" + network.port()));
        Matcher address =
                ADDRESS.matcher(service.awaitLine(line -> ADDRESS.matcher(line).find(), PATIENCE));
        assertThat(address.find()).isTrue();
        port = Integer.parseInt(address.group(1));
    }

    private void killAndStartService() throws Exception {
        service.kill();
        startService();
    }

    private HttpRequest ride(String key, String customer) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/rides"))
                .header("Idempotency-Key", '"' + key + '"')
                .timeout(PATIENCE)
                .POST(BodyPublishers.ofString(
                        "{\"origin\":\"Earth\",\"target\":\"Moon\",\"customer\":\"" + customer + "\"}"))
                .build();
    }

    private HttpResponse<String> book(String key, String customer) throws IOException, InterruptedException {
        return client.send(ride(key, customer), BodyHandlers.ofString());
    }

    private void bookAndLoseTheAnswer(String customer) {
        CompletableFuture<HttpResponse<String>> unused = client.sendAsync(ride("k", customer), BodyHandlers.ofString());
    }

    /** What a client does that does not give up. */
    private HttpResponse<String> retry(String customer) {
        return await().atMost(PATIENCE)
                .until(() -> book("k", customer), answer -> answer.statusCode() < 300 || answer.statusCode() == 402);
    }

    private List<String> ledger() {
        return provider.ledger().entries().stream().map(Ledger.Entry::kind).toList();
    }

    private List<String> rides() throws Exception {
        try (HikariDataSource database = RidesApplication.database(folder.resolve("rides.db"))) {
            return List.copyOf(Rides.states(database).values());
        }
    }

    private void thereIsOneOfEach() throws Exception {
        await().atMost(PATIENCE).until(() -> ledger().contains("receipt"));
        assertThat(ledger()).containsExactly("charge", "receipt");
        assertThat(rides()).containsExactly("confirmed");
    }

    @Test
    void nothing_fails() throws Exception {
        assertThat(book("k", "alice").statusCode()).isEqualTo(201);
        thereIsOneOfEach();
    }

    @Test
    void the_answer_to_the_caller_is_lost_S7() throws Exception {
        HttpResponse<String> lost = book("k", "alice");
        HttpResponse<String> retry = book("k", "alice");

        assertThat(retry.body()).isEqualTo(lost.body());
        assertThat(retry.headers().firstValue("idempotent-replayed")).hasValue("true");
        thereIsOneOfEach();
    }

    @Test
    void the_service_dies_before_the_charge_and_nobody_asks_again_P7() throws Exception {
        network.next(STALL_THE_REQUEST);
        bookAndLoseTheAnswer("alice");
        await().atMost(PATIENCE).until(() -> network.connections() > 0);

        killAndStartService();

        thereIsOneOfEach();
    }

    @Test
    void the_service_dies_after_the_charge_and_before_it_knows_of_it_P3() throws Exception {
        network.next(Plan.stallResponseAfter(0));
        bookAndLoseTheAnswer("alice");
        await().atMost(PATIENCE).until(() -> ledger().contains("charge"));

        killAndStartService();

        assertThat(retry("alice").statusCode()).isEqualTo(201);
        thereIsOneOfEach();
    }

    @Test
    void the_answer_of_the_provider_is_lost_P3() throws Exception {
        // Twice: the JDK's older client, which stripe-java uses, sends a POST again by itself; the key covers that,
        // too.
        network.next(Plan.CUT_BEFORE_RESPONSE);
        network.next(Plan.CUT_BEFORE_RESPONSE);

        HttpResponse<String> first = book("k", "alice");

        assertThat(first.statusCode()).isEqualTo(409);
        assertThat(first.headers().firstValue("retry-after")).isPresent();
        assertThat(retry("alice").statusCode()).isEqualTo(201);
        thereIsOneOfEach();
    }

    @Test
    void the_provider_is_down_for_a_while_P7() throws Exception {
        network.always(() -> Plan.CUT_BEFORE_REQUEST);

        assertThat(book("k", "alice").statusCode()).isEqualTo(409);
        assertThat(ledger()).isEmpty();
        network.always(() -> Plan.PASS);

        thereIsOneOfEach();
    }

    @Test
    void the_card_is_declined() throws Exception {
        HttpResponse<String> declined = book("k", "declined");
        HttpResponse<String> retry = book("k", "declined");

        assertThat(declined.statusCode()).isEqualTo(402);
        assertThat(retry.statusCode()).isEqualTo(402);
        assertThat(retry.body()).isEqualTo(declined.body());
        assertThat(rides()).containsExactly("cancelled");
        assertThat(ledger()).isEmpty();
    }

    @Test
    void two_requests_come_at_once_S8() throws Exception {
        network.next(Plan.slow(Duration.ofMillis(300)));
        CompletableFuture<HttpResponse<String>> first = client.sendAsync(ride("k", "alice"), BodyHandlers.ofString());
        CompletableFuture<HttpResponse<String>> second = client.sendAsync(ride("k", "alice"), BodyHandlers.ofString());

        assertThat(List.of(first.join().statusCode(), second.join().statusCode()))
                .contains(201)
                .containsAnyOf(409, 201);
        thereIsOneOfEach();
    }

    @Test
    void the_key_comes_with_another_ride_S9() throws Exception {
        book("k", "alice");

        assertThat(book("k", "bob").statusCode()).isEqualTo(422);
        thereIsOneOfEach();
    }

    @Test
    void the_request_is_not_valid_P11() throws Exception {
        assertThat(book("k", "").statusCode()).isEqualTo(400);
        assertThat(book("k", "alice").statusCode()).isEqualTo(201);
        thereIsOneOfEach();
    }
}
