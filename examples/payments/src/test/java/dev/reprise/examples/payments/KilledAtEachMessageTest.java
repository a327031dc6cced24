package dev.reprise.examples.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.Backoff;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryBudget;
import dev.reprise.client.RetryPolicy;
import dev.reprise.client.RetryingHttpClient;
import dev.reprise.examples.payments.CountedMessages.Message;
import dev.reprise.examples.payments.CountedMessages.Moment;
import dev.reprise.examples.payments.CountedMessages.Peer;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.FullProof;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import dev.reprise.testkit.TcpFaultProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The application is killed when a certain message of one request passes: between it and its caller, its database, or another
 * company's service. It is started anew, and the caller retries: all is there once, and the answer is the right one. A proxy in
 * front of each peer counts the messages, and loses the one at which it kills.
 */
@ExtendWith(SharedServers.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KilledAtEachMessageTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final OutsideProvider provider = new OutsideProvider();
    private final TcpFaultProxy toProvider = new TcpFaultProxy(provider.port());
    private final HttpClient plain =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final RetryingHttpClient patient = RetryingHttpClient.of(plain, patiently());
    private final CountedMessages messages = new CountedMessages(this::kill);
    private int port;
    private int operations;
    private String database = "";
    private String watched = "";
    private @Nullable TcpFaultProxy toDatabase;
    private @Nullable TcpFaultProxy toApplication;
    private @Nullable ChildProcess application;

    /** What is asked for, in the name of an account that only this operation has. */
    private enum Operation {
        TRANSFER("/transfers", "{\"from\":\"%s\",\"to\":\"bob\",\"cents\":100}", 201),
        CHARGE("/charges", "{\"card\":\"%s\",\"cents\":100}", 200);

        private final String path;
        private final String body;
        private final int status;

        Operation(String path, String body, int status) {
            this.path = path;
            this.body = body;
            this.status = status;
        }
    }

    @BeforeAll
    void start(PostgresServer server) throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        database = server.url(server.newDatabase());
        URI direct = URI.create(database.substring("jdbc:".length()));
        toDatabase = new TcpFaultProxy(direct.getPort());
        watched = database.replace(":" + direct.getPort() + "/", ":" + toDatabase.port() + "/");
        toApplication = new TcpFaultProxy(port);
        toDatabase.watch(messages.watching(Peer.DATABASE));
        toApplication.watch(messages.watching(Peer.CALLER));
        toProvider.watch(messages.watching(Peer.PROVIDER));
        startApplication("always");
    }

    @AfterAll
    void stop() {
        messages.rest();
        kill();
        patient.close();
        Stream.of(toDatabase, toApplication, toProvider)
                .forEach(proxy -> Objects.requireNonNull(proxy).close());
        provider.close();
    }

    private void kill() {
        Objects.requireNonNull(application).kill();
    }

    private void startApplication(String schema) throws IOException {
        application = ChildProcess.java(
                PaymentsApplication.class,
                List.of("-Xmx256m"),
                List.of(
                        "--server.port=" + port,
                        "--payments.provider=http://127.0.0.1:" + toProvider.port() + "/provider/charges",
                        "--spring.datasource.url=" + watched,
                        "--spring.datasource.hikari.maximum-pool-size=3",
                        "--spring.sql.init.mode=" + schema,
                        "--spring.sql.init.schema-locations=classpath:payments.sql,"
                                + "classpath:dev/reprise/store/jdbc/postgresql/V1__reprise.sql,"
                                + "classpath:dev/reprise/store/jdbc/postgresql/V2__reprise.sql,"
                                + "classpath:outbox-postgresql.sql",
                        // Nothing but the request is to pass.
                        "--reprise.outbox.interval=1h",
                        "--logging.level.org.springframework.boot=info"));
        application.awaitLine(line -> line.contains("Started PaymentsApplication"), PATIENCE);
    }

    private static Retries patiently() {
        return Retries.builder()
                .policy(RetryPolicy.considerate()
                        .withMaxAttempts(1000)
                        .withBackoff(Backoff.full(Duration.ofMillis(20), Duration.ofMillis(200)))
                        .withBudget(RetryBudget.unlimited())
                        .withTimeLimits(PATIENCE, Duration.ofSeconds(20)))
                .build();
    }

    /** An operation that was asked for, and what its caller got before the application died. */
    private final class Asked {
        private final Operation operation;
        private final String name;
        private final HttpRequest request;

        Asked(Operation operation) {
            this.operation = operation;
            this.name = "account-" + ++operations;
            this.request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                            + Objects.requireNonNull(toApplication).port() + operation.path))
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", "\"key-" + name + "\"")
                    .POST(BodyPublishers.ofString(operation.body.formatted(name)))
                    .build();
        }

        /** Whether it was answered, and the application lived. */
        boolean sendOnce() throws InterruptedException {
            try {
                return plain.send(request, BodyHandlers.discarding()).statusCode() == operation.status;
            } catch (IOException e) {
                return false;
            }
        }

        /** Retries it, as a caller does who has no answer, and looks into the books. */
        void holds(Optional<Message> lost) throws Exception {
            HttpResponse<String> answer = patient.send(request, BodyHandlers.ofString());
            HttpResponse<String> again = plain.send(request, BodyHandlers.ofString());

            assertThat(answer.statusCode()).as("%s", lost).isEqualTo(operation.status);
            assertThat(again.statusCode()).isEqualTo(operation.status);
            assertThat(again.body()).isEqualTo(answer.body());
            assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
            // If the answer was on its way when the application died, it has to be that one.
            lost.filter(message -> message.peer() == Peer.CALLER && message.answer())
                    .ifPresent(message -> assertThat(message.text()).contains(answer.body()));
            JsonNode told = JsonMapper.shared().readTree(answer.body());
            List<String> transfers = column("SELECT transfer FROM entry WHERE account = ?", name);
            assertThat(transfers)
                    .as("%s", lost)
                    .containsExactly(told.get(operation == Operation.TRANSFER ? "id" : "transfer")
                            .asString());
            assertThat(column("SELECT SUM(cents) FROM entry WHERE transfer = ?", transfers.getFirst()))
                    .containsExactly("0");
            switch (operation) {
                case TRANSFER ->
                    assertThat(column(
                                    "SELECT COUNT(*) FROM reprise_outbox WHERE operation_key = ?",
                                    "notice-" + transfers.getFirst()))
                            .containsExactly("1");
                case CHARGE -> {
                    assertThat(provider.charges(name)).as("%s", lost).isOne();
                    assertThat(column("SELECT memo FROM transfer WHERE id = ?", transfers.getFirst()))
                            .containsExactly("charge " + told.get("charge").asString());
                }
            }
        }
    }

    private List<String> column(String query, String parameter) throws Exception {
        try (Connection connection = DriverManager.getConnection(database);
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, parameter);
            ResultSet rows = statement.executeQuery();
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    /** Kills at the moment of a new operation, and looks whether all is right afterwards; empty if the moment did not come. */
    private Optional<Message> killed(Operation operation, Moment moment) throws Exception {
        Asked asked = new Asked(operation);
        messages.killAt(moment);
        boolean answered = asked.sendOnce();
        Optional<Message> lost = messages.rest();
        assertThat(answered).as("answered, and %s", lost).isEqualTo(lost.isEmpty());
        if (lost.isPresent()) {
            startApplication("never");
        }
        asked.holds(lost);
        return lost;
    }

    private static Moment to(Peer peer, String text) {
        return (message, number) ->
                message.peer() == peer && !message.answer() && message.text().contains(text);
    }

    /** The answer to the first message with that text. */
    private static Moment answerTo(Peer peer, String text) {
        boolean[] asked = {false};
        return (message, number) -> {
            boolean is = asked[0] && message.peer() == peer && message.answer();
            asked[0] |= to(peer, text).is(message, number);
            return is;
        };
    }

    private void killsAt(Operation operation, Moment moment) throws Exception {
        assertThat(killed(operation, moment))
                .as("the moment, among %s", messages.passed())
                .isPresent();
    }

    @Test
    void a_transfer_that_dies_before_its_claim_is_made_once_by_the_retry_S7_S19() throws Exception {
        killsAt(Operation.TRANSFER, to(Peer.DATABASE, "key-account-"));
    }

    @Test
    void a_transfer_that_dies_between_its_claim_and_its_first_entry_is_made_once_S7() throws Exception {
        killsAt(Operation.TRANSFER, to(Peer.DATABASE, "INSERT INTO transfer"));
    }

    @Test
    void a_transfer_that_dies_after_its_last_entry_and_before_its_commit_is_made_once_S7() throws Exception {
        killsAt(Operation.TRANSFER, to(Peer.DATABASE, "COMMIT"));
    }

    @Test
    void a_transfer_whose_commit_is_not_acknowledged_is_made_once_S7_S29() throws Exception {
        killsAt(Operation.TRANSFER, answerTo(Peer.DATABASE, "COMMIT"));
    }

    @Test
    void a_transfer_that_dies_with_its_answer_on_the_way_is_answered_byte_for_byte_S7_S19() throws Exception {
        killsAt(Operation.TRANSFER, (message, number) -> message.peer() == Peer.CALLER && message.answer());
    }

    @Test
    void a_charge_that_dies_when_the_card_is_charged_is_gone_on_with_P3() throws Exception {
        killsAt(Operation.CHARGE, (message, number) -> message.peer() == Peer.PROVIDER && message.answer());
    }

    @Test
    void a_charge_whose_last_commit_is_not_acknowledged_is_made_once_P5() throws Exception {
        killsAt(Operation.CHARGE, answerTo(Peer.DATABASE, "INSERT INTO transfer"));
    }

    /** All of them in the full proof; here the first, which is the request before it arrives. */
    @Test
    void a_request_that_dies_at_any_message_is_carried_out_once_S7_S19_P3() throws Exception {
        int transfers = walk(Operation.TRANSFER);

        if (FullProof.WANTED) {
            assertThat(transfers).isGreaterThan(10);
            assertThat(walk(Operation.CHARGE)).isGreaterThan(10);
        }
    }

    /** Kills at the first message, at the second, and so on, until a request is through before its moment comes. */
    private int walk(Operation operation) throws Exception {
        int last = 0;
        Optional<Message> lost;
        do {
            int chosen = ++last;
            lost = killed(operation, (message, number) -> number == chosen);
            System.out.println(
                    operation + " " + chosen + " " + lost.map(Message::toString).orElse("was not killed"));
        } while (FullProof.WANTED && lost.isPresent());
        return last - 1;
    }
}
