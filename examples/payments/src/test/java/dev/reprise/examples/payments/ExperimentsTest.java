package dev.reprise.examples.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What the page promises: each failure, with and without a key. */
class ExperimentsTest {
    private static Running application;

    @BeforeAll
    static void start() {
        application = Running.start();
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @ParameterizedTest
    @CsvSource({
        "TRANSFER, NONE, true, 1, 0",
        "TRANSFER, REQUEST_LOST, true, 1, 0",
        "TRANSFER, DIES_MIDWAY, true, 1, 0",
        "TRANSFER, ANSWER_LOST, true, 1, 0",
        "TRANSFER, REQUEST_LOST, false, 1, 0",
        "TRANSFER, DIES_MIDWAY, false, 1, 0",
        "TRANSFER, ANSWER_LOST, false, 3, 0",
        "CHARGE, REQUEST_LOST, true, 1, 1",
        "CHARGE, DIES_MIDWAY, true, 1, 1",
        "CHARGE, ANSWER_LOST, true, 1, 1",
        "CHARGE, DIES_MIDWAY, false, 1, 3",
        "CHARGE, ANSWER_LOST, false, 3, 3"
    })
    void it_happens_once_with_a_key_S7(String operation, String failure, boolean key, int transfers, int charges)
            throws Exception {
        JsonNode before = application.state();

        HttpResponse<String> accepted = application.send(
                "POST",
                "/demo/experiments",
                "unused",
                "application/json",
                "{\"operation\":\"%s\",\"failure\":\"%s\",\"key\":%s,\"backoff\":true}"
                        .formatted(operation, failure, key));

        assertThat(accepted.statusCode()).isEqualTo(202);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> application.state().get("over").asBoolean());
        JsonNode after = application.state();
        assertThat(after.get("transfers").asInt() - before.get("transfers").asInt())
                .isEqualTo(transfers);
        assertThat(after.get("charges").asInt() - before.get("charges").asInt()).isEqualTo(charges);
        JsonNode attempts = after.get("attempts");
        assertThat(attempts.get(attempts.size() - 1).get("result").asString()).startsWith("2");
        // The engine goes on with a charge by itself while the first request waits.
        boolean atFirst =
                failure.equals("NONE") || (operation.equals("CHARGE") && failure.equals("DIES_MIDWAY") && key);
        assertThat(attempts.size()).isGreaterThanOrEqualTo(atFirst ? 1 : 2);
        long sum = 0;
        for (JsonNode balance : after.get("balances")) {
            sum += balance.get("CENTS").asLong();
        }
        assertThat(sum).isZero();
    }

    @Test
    void notices_of_transfers_are_delivered_once() throws Exception {
        application.send(
                "POST", "/transfers", "noticed", "application/json", "{\"from\":\"a\",\"to\":\"b\",\"cents\":5}");

        await().atMost(Duration.ofSeconds(30))
                .until(() -> application.state().get("notices").asInt() > 0
                        && application.state().get("notices").asInt()
                                <= application.state().get("transfers").asInt());
    }

    @Test
    void a_late_repetition_of_a_deletion_deletes_nothing_and_answers_as_the_first_did_S7() throws Exception {
        application.send("PUT", "/dns/www.example", "put-1", "text/plain", "192.0.2.1");
        HttpResponse<String> deleted = application.send("DELETE", "/dns/www.example", "delete-1", "text/plain", "");
        application.send("PUT", "/dns/www.example", "put-2", "text/plain", "192.0.2.2");
        long changes = application.state().get("changes").asLong();

        HttpResponse<String> late = application.send("DELETE", "/dns/www.example", "delete-1", "text/plain", "");

        assertThat(late.statusCode()).isEqualTo(200);
        assertThat(late.body()).isEqualTo(deleted.body());
        assertThat(application.state().get("changes").asLong()).isEqualTo(changes);
        assertThat(application
                        .send("PUT", "/dns/www.example", "put-3", "text/plain", "192.0.2.2")
                        .statusCode())
                .as("the name is still there")
                .isEqualTo(200);
    }
}
