package dev.reprise.gateway.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.config.ConfigException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The service to try the gateway with. */
class SampleApiTest {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String JSON = "application/json";

    private final SampleApi api = SampleApi.start(Address.parse("127.0.0.1:0"));
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void stop() {
        client.shutdownNow();
        api.close();
    }

    private HttpResponse<String> send(String method, String path, String type, String body, String... fields)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", type)
                .method(method, BodyPublishers.ofString(body));
        if (fields.length > 0) {
            request.headers(fields);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private String ledger() throws IOException, InterruptedException {
        return send("GET", "/ledger", "", "").body();
    }

    @Nested
    class A_charge {
        @Test
        void comes_as_a_form_and_its_answer_has_its_fields_in_order() throws Exception {
            HttpResponse<String> response =
                    send("POST", "/v1/charges", FORM, "amount=1000&currency=usd&customer=J%C3%BCrgen+M");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("content-type")).hasValue(JSON);
            assertThat(response.body())
                    .isEqualTo("{\"id\":\"ch_1\",\"object\":\"charge\",\"amount\":1000,\"currency\":\"usd\","
                            + "\"customer\":\"Jürgen M\",\"status\":\"succeeded\"}\n");
        }

        @ParameterizedTest
        @ValueSource(strings = {"{\"amount\":7}", "{\"amount\":\"7\",\"other\":null}"})
        void comes_as_json(String body) throws Exception {
            HttpResponse<String> response = send("POST", "/v1/charges", JSON + "; charset=utf-8", body);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(api.ledger().entries()).containsExactly(new Ledger.Entry(1, "charge", "anonymous", 7, "eur"));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                nullValues = "none",
                value = {
                    FORM + " | ''                   | 400 | amount is a whole number from 1 to 1000000000",
                    FORM + " | amount=0             | 400 | amount is a whole number",
                    FORM + " | amount=-1            | 400 | amount is a whole number",
                    FORM + " | amount=1.5           | 400 | amount is a whole number",
                    FORM + " | amount=1000000001    | 400 | amount is a whole number",
                    FORM + " | amount=99999999999999999999 | 400 | amount is a whole number",
                    FORM + " | amount=%zz           | 400 | The form has a broken escape",
                    FORM + " | amount=1&currency=%  | 400 | The form has a broken escape",
                    JSON + " | ''                   | 400 | amount is a whole number",
                    JSON + " | {                    | 400 | The body is not JSON",
                    JSON + " | {\"amount\":1} x     | 400 | The body is not JSON",
                    JSON + " | {\"amount\":1.5}     | 400 | amount is a whole number",
                    JSON + " | {\"amount\":{}}      | 400 | amount is a whole number",
                    JSON + " | [1]                  | 400 | amount is a whole number",
                    JSON + " | null                 | 400 | amount is a whole number",
                    "text/plain | amount=1          | 415 | Send application/x-www-form-urlencoded or application/json",
                    "''         | amount=1          | 415 | Send application/x-www-form-urlencoded or application/json",
                })
        void that_makes_no_sense_is_refused_and_moves_no_money(String type, String body, int status, String message)
                throws Exception {
            HttpResponse<String> response = send("POST", "/v1/charges", type, body);

            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.body()).startsWith("{\"error\":{\"message\":\"" + message);
            assertThat(response.body()).doesNotContain("Source").hasLineCount(1);
            assertThat(api.ledger().entries()).isEmpty();
        }

        @Test
        void that_is_too_long_is_refused() throws Exception {
            HttpResponse<String> response = send("POST", "/v1/charges", FORM, "amount=1&x=" + "x".repeat(1 << 20));

            assertThat(response.statusCode()).isEqualTo(413);
            assertThat(api.ledger().entries()).isEmpty();
        }
    }

    @Nested
    class A_payment {
        @Test
        void moves_money_to_whom_the_path_names() throws Exception {
            HttpResponse<String> response = send("POST", "/payment/alice", JSON, "{\"amount\":10000}");

            assertThat(response.statusCode()).isEqualTo(201);
            assertThat(response.headers().firstValue("location")).hasValue("/payment/alice/1");
            assertThat(response.body())
                    .isEqualTo(
                            "{\"id\":1,\"kind\":\"payment\",\"to\":\"alice\",\"amount\":10000,\"currency\":\"eur\"}\n");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "{", "{}", "{\"amount\":0}", "[]"})
        void without_an_amount_is_refused(String body) throws Exception {
            assertThat(send("POST", "/payment/alice", JSON, body).statusCode()).isEqualTo(400);
            assertThat(api.ledger().entries()).isEmpty();
        }
    }

    @Test
    void a_dns_record_is_put_replaced_and_deleted() throws Exception {
        HttpResponse<String> put = send("PUT", "/domains/example.org/records/www", JSON, "{\"value\":\"192.0.2.1\"}");
        HttpResponse<String> replaced =
                send("PUT", "/domains/example.org/records/www", JSON, "{\"value\":\"192.0.2.2\"}");
        String between = ledger();
        HttpResponse<String> deleted = send("DELETE", "/domains/example.org/records/www", JSON, "");
        HttpResponse<String> again = send("DELETE", "/domains/example.org/records/www", JSON, "");

        assertThat(put.statusCode()).isEqualTo(201);
        assertThat(put.body()).isEqualTo("{\"name\":\"www.example.org\",\"value\":\"192.0.2.1\"}\n");
        assertThat(replaced.statusCode()).isEqualTo(200);
        assertThat(between).contains("\"records\":{\"www.example.org\":\"192.0.2.2\"}");
        assertThat(deleted.statusCode()).isEqualTo(204);
        assertThat(deleted.body()).isEmpty();
        assertThat(again.statusCode()).isEqualTo(204);
        assertThat(ledger()).isEqualTo("{\"entries\":[],\"records\":{}}\n");
    }

    @Test
    void the_ledger_shows_every_movement_in_order() throws Exception {
        send("POST", "/v1/charges", FORM, "amount=1");
        send("POST", "/payment/bob", JSON, "{\"amount\":2}");

        assertThat(ledger())
                .isEqualTo("{\"entries\":["
                        + "{\"id\":1,\"kind\":\"charge\",\"to\":\"anonymous\",\"amount\":1,\"currency\":\"eur\"},"
                        + "{\"id\":2,\"kind\":\"payment\",\"to\":\"bob\",\"amount\":2,\"currency\":\"eur\"}],"
                        + "\"records\":{}}\n");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /v1/charges,         405, POST",
        "PUT,    /payment/alice,      405, POST",
        "POST,   /ledger,             405, GET",
        "POST,   /domains/a/records/b, 405, 'PUT, DELETE'",
        "POST,   /,                   404,",
        "POST,   /payment,            404,",
        "POST,   /payment/a/b,        404,",
        "GET,    /v1/charges/,        404,",
    })
    void other_methods_and_paths_are_refused(String method, String path, int status, String allow) throws Exception {
        HttpResponse<String> response = send(method, path, JSON, "{\"amount\":1}");

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("allow").orElse(null)).isEqualTo(allow);
        assertThat(response.body()).startsWith("{\"error\":");
        assertThat(api.ledger().entries()).isEmpty();
    }

    @Nested
    class A_fault {
        private HttpResponse<String> charge(String fault) throws IOException, InterruptedException {
            return send("POST", "/v1/charges", FORM, "amount=1", "Sample-Fault", fault);
        }

        @Test
        void before_the_work_moves_nothing_and_answers_nothing() throws Exception {
            assertThatThrownBy(() -> charge("crash-before")).isInstanceOf(IOException.class);
            assertThat(api.ledger().entries()).isEmpty();
        }

        @Test
        void after_the_work_moves_money_and_answers_nothing() throws Exception {
            assertThatThrownBy(() -> charge("crash")).isInstanceOf(IOException.class);
            assertThat(api.ledger().entries()).hasSize(1);
        }

        @Test
        void in_the_answer_moves_money_and_breaks_the_answer_off() throws Exception {
            assertThatThrownBy(() -> charge("lost-response")).isInstanceOf(IOException.class);
            assertThat(api.ledger().entries()).hasSize(1);
        }

        @Test
        void in_an_answer_without_content_breaks_it_off_as_well() {
            assertThatThrownBy(() -> send("DELETE", "/domains/a/records/b", JSON, "", "Sample-Fault", "lost-response"))
                    .isInstanceOf(IOException.class);
        }

        @Test
        void behind_the_work_moves_money_and_answers_with_an_error() throws Exception {
            assertThat(charge("error").statusCode()).isEqualTo(500);
            assertThat(api.ledger().entries()).hasSize(1);
        }

        @Test
        void of_slowness_takes_its_time() throws Exception {
            long start = System.nanoTime();

            assertThat(charge("slow=200ms").statusCode()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }

        @ParameterizedTest
        @ValueSource(strings = {"explode", "slow=", "slow=2", "slow"})
        void that_is_none_is_refused_and_moves_nothing(String fault) throws Exception {
            HttpResponse<String> response = charge(fault);

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).startsWith("{\"error\":");
            assertThat(api.ledger().entries()).isEmpty();
        }
    }

    @Test
    void a_port_in_use_is_told_in_one_line() {
        Address taken = new Address("127.0.0.1", api.port());

        assertThatThrownBy(() -> SampleApi.start(taken))
                .isInstanceOf(ConfigException.class)
                .hasMessage("The sample API cannot listen at " + taken + ": Address already in use");
    }
}
