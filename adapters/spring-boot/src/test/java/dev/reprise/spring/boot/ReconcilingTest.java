package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.Owner;
import dev.reprise.Reconciler;
import dev.reprise.Reconciler.Finding;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.console.access.ConsoleToken;
import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.Role;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.HttpVisitor;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reconcilers are beans that annotations name. They are asked by themselves, and when an operator wants to know (S33). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReconcilingTest {
    static final Duration LIMIT = Duration.ofMinutes(1);

    private final ConsoleToken ofOlga = ConsoleToken.create(new SecureRandom());
    private final ConsoleToken ofVera = ConsoleToken.create(new SecureRandom());
    private Booted application;
    private Bank bank;

    /** What a bank knows of payments by their keys, and of which it was asked. It never answers who wants to pay. */
    static class Bank {
        final Map<String, Payment> payments = new ConcurrentHashMap<>();
        private final Queue<String> asked = new ConcurrentLinkedQueue<>();

        Payment paymentOf(OperationId operation) {
            String key = operation.key().value();
            asked.add(key);
            return payments.getOrDefault(key, Payment.NOT_FOUND);
        }

        String charge(String order) {
            throw new IllegalStateException("The bank does not answer: " + order);
        }
    }

    enum Payment {
        BOOKED,
        CANCELLED,
        NOT_FOUND
    }

    @Configuration(proxyBeanMethods = false)
    static class Reconcilers {
        @Bean
        Bank theBank() {
            return new Bank();
        }

        @Bean
        Reconciler charges(Bank bank) {
            return (operation, unknownFor) -> switch (bank.paymentOf(operation.id())) {
                case BOOKED ->
                    new Finding.Happened(new Response(
                            201,
                            Headers.of("Content-Type", "text/plain"),
                            Body.of("charged".getBytes(StandardCharsets.UTF_8))));
                case CANCELLED -> new Finding.DidNotHappen();
                case NOT_FOUND -> new Finding.NotKnown("The bank has not seen it yet");
            };
        }

        @Bean
        Reconciler refunds() {
            return (operation, unknownFor) -> new Finding.DidNotHappen();
        }

        /** The result of the method, as JSON. */
        @Bean
        Reconciler letters() {
            return (operation, unknownFor) -> new Finding.Happened(
                    new Response(200, Headers.EMPTY, Body.of("\"found\"".getBytes(StandardCharsets.UTF_8))));
        }
    }

    @RestController
    static class Charges {
        private final Bank bank;

        Charges(Bank bank) {
            this.bank = bank;
        }

        @Idempotent(guarantee = Idempotent.Guarantee.LEASED, reconciler = "charges")
        @PostMapping("/charges")
        @ResponseStatus(HttpStatus.CREATED)
        String charge(@RequestBody String order) {
            return bank.charge(order);
        }
    }

    @RestController
    static class Others {
        @Idempotent(guarantee = Idempotent.Guarantee.LEASED)
        @PostMapping("/unasked")
        String unasked() {
            return "done";
        }

        @Idempotent(name = "two", guarantee = Idempotent.Guarantee.LEASED, reconciler = "charges")
        @PostMapping("/two")
        String charge() {
            return "done";
        }

        @Idempotent(name = "two", guarantee = Idempotent.Guarantee.LEASED, reconciler = "refunds")
        @DeleteMapping("/two")
        String refund() {
            return "done";
        }

        @Idempotent(guarantee = Idempotent.Guarantee.LEASED, reconciler = "${asked:charges}")
        @PostMapping("/same")
        String one() {
            return "done";
        }

        @Idempotent(guarantee = Idempotent.Guarantee.LEASED, reconciler = "charges")
        @DeleteMapping("/same")
        String other() {
            return "done";
        }
    }

    @Service
    static class Letters {
        @Idempotent(
                key = "#id",
                name = "letters",
                guarantee = Idempotent.Guarantee.LEASED,
                reconciler = "letters",
                maxWait = "10s")
        public String send(String id) {
            throw new IllegalStateException("The post office does not answer: " + id);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Reconcilers.class, Charges.class, Others.class, Letters.class})
    static class Application {}

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Path users = folder.resolve("users");
        Files.writeString(
                users,
                ofOlga.line(new ConsoleUser("olga", Role.OPERATOR)) + "\n"
                        + ofVera.line(new ConsoleUser("vera", Role.VIEWER)) + "\n");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        application = Booted.start(
                Application.class,
                "--reprise.console.enabled=true",
                "--reprise.console.users=" + users,
                "--management.endpoints.web.exposure.include=reprise");
        bank = application.bean(Bank.class);
    }

    @AfterAll
    void stop() {
        application.close();
    }

    private HttpVisitor visitor(ConsoleToken token) throws Exception {
        HttpVisitor visitor = application.visitor("/reprise/console");
        assertThat(visitor.post("/sign-in", "token", token.text()).statusCode()).isEqualTo(303);
        return visitor;
    }

    private static HttpResponse<String> reconcile(HttpVisitor visitor, String operation, String csrf) throws Exception {
        return visitor.post(
                "/operation/reconcile", "csrf", csrf, "op", operation, "reason", "the bank is back", "do", "yes");
    }

    /** An operation whose owner has gone, and that nobody was asked about by itself. */
    static OperationId unknown(OperationStore store, Scope scope, String key) {
        OperationId id = new OperationId(scope, new IdempotencyKey(key));
        Acquisition acquired = store.acquire(
                new Claim(id, new RequestFingerprint(1, new byte[] {1}), new Owner("gone", 1), Duration.ofSeconds(30)));
        store.park(((Acquisition.Acquired) acquired).lease(), "The bank did not answer");
        return id;
    }

    private OperationId unknown(String route, String key) {
        return unknown(store(), new Scope("anonymous", route), key);
    }

    private OperationStore store() {
        return application.bean(OperationStore.class);
    }

    private OperationState stateOf(OperationId id) {
        return store().find(id).orElseThrow().state();
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    /** By Actuator, of the only operation with that key. */
    private HttpResponse<String> reconcile(String key) throws Exception {
        return ask(key, "reconcile", 0);
    }

    private HttpResponse<String> ask(String key, String action, long more) throws Exception {
        JsonNode seen = json(application.send(
                        application.request("/actuator/reprise?key=" + key).GET()))
                .path("operations")
                .path(0);
        return application.send(application
                .request("/actuator/reprise/" + seen.path("id").asString() + "/" + action)
                .POST(BodyPublishers.ofString(
                        "{\"token\":%d}".formatted(seen.path("token").asLong() + more))));
    }

    private static void assertCame(HttpResponse<String> response, int status, String ending, String detail) {
        assertThat(json(response).path("ending").asString()).as(response.body()).isEqualTo(ending);
        assertThat(json(response).path("detail").asString()).contains(detail);
        assertThat(response.statusCode()).isEqualTo(status);
    }

    @Test
    void what_the_reconciler_of_an_endpoint_finds_out_by_itself_is_replayed_S33() throws Exception {
        bank.payments.put("itself", Payment.BOOKED);

        assertThat(application.post("/charges", "itself", "tea").statusCode()).isEqualTo(500);

        await().atMost(LIMIT).untilAsserted(() -> {
            HttpResponse<String> retry = application.post("/charges", "itself", "tea");
            assertThat(retry.statusCode()).isEqualTo(201);
            assertThat(retry.body()).isEqualTo("charged");
            assertThat(Booted.isReplay(retry)).isTrue();
        });
        assertThat(bank.asked).contains("itself");
    }

    @Test
    void that_of_a_method_with_a_key_finds_its_result() {
        Letters letters = application.bean(Letters.class);

        assertThatThrownBy(() -> letters.send("l-1")).hasMessage("The post office does not answer: l-1");

        await().atMost(LIMIT)
                .ignoreExceptionsInstanceOf(RejectedCallException.class)
                .untilAsserted(() -> assertThat(letters.send("l-1")).isEqualTo("found"));
    }

    @Test
    void an_operator_has_it_asked_now_in_the_console() throws Exception {
        OperationId id = unknown("/charges", "console");
        bank.payments.put("console", Payment.BOOKED);
        HttpVisitor olga = visitor(ofOlga);
        String operation = olga.operation("console");

        assertThat(olga.page("/operation?op=" + operation)).contains("Reconcile now");
        HttpResponse<String> came = reconcile(olga, operation, olga.csrf());

        assertThat(came.body()).contains("It has happened", "charged");
        assertThat(came.statusCode()).isEqualTo(200);
        assertThat(stateOf(id)).isInstanceOf(Completed.class);
        assertThat(bank.asked).contains("console");
    }

    @Test
    void whoever_only_sees_has_nobody_asked() throws Exception {
        OperationId id = unknown("/charges", "viewer");
        bank.payments.put("viewer", Payment.BOOKED);
        HttpVisitor vera = visitor(ofVera);
        String operation = vera.operation("viewer");

        assertThat(vera.page("/operation?op=" + operation)).doesNotContain("Reconcile now");
        assertThat(reconcile(vera, operation, vera.csrf()).statusCode()).isEqualTo(403);

        assertThat(bank.asked).doesNotContain("viewer");
        assertThat(stateOf(id)).isInstanceOf(OperationState.Unknown.class);
    }

    @Test
    void it_is_not_offered_where_no_annotation_names_anybody() throws Exception {
        unknown("/unasked", "unasked");
        HttpVisitor olga = visitor(ofOlga);
        String operation = olga.operation("unasked");

        assertThat(olga.page("/operation?op=" + operation)).doesNotContain("Reconcile now");
        HttpResponse<String> refused = reconcile(olga, operation, olga.csrf());
        assertThat(refused.body()).contains("no reconciler for operations of /unasked");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertCame(reconcile("unasked"), 409, "nobody-to-ask", "No reconciler");
    }

    @Test
    void actuator_has_it_asked_too_and_says_what_came_of_it() throws Exception {
        OperationId booked = unknown("/charges", "booked");
        OperationId cancelled = unknown("/charges", "cancelled");
        OperationId lost = unknown("/charges", "lost");
        bank.payments.put("booked", Payment.BOOKED);
        bank.payments.put("cancelled", Payment.CANCELLED);

        assertThat(ask("booked", "forget", 0).statusCode()).isEqualTo(404);
        assertCame(ask("booked", "reconcile", 1), 409, "changed", "look at it again");
        assertThat(bank.asked).doesNotContain("booked");
        assertCame(reconcile("booked"), 200, "executed", "with 201");
        assertCame(reconcile("cancelled"), 200, "not-executed", "the next request with the key executes");
        assertCame(reconcile("lost"), 200, "still-unknown", "The bank has not seen it yet");
        assertCame(reconcile("lost"), 409, "others-turn", "Nobody else does until");

        assertThat(stateOf(booked)).isInstanceOf(Completed.class);
        assertThat(store().find(cancelled)).isEmpty();
        assertThat(stateOf(lost)).isInstanceOf(OperationState.Unknown.class);
    }

    @Test
    void a_method_is_found_by_its_name() throws Exception {
        unknown(store(), new Scope("application", "letters"), "method");

        assertCame(reconcile("method"), 200, "executed", "with 200");
    }

    @Test
    void of_endpoints_that_share_a_name_nobody_is_asked_unless_all_name_the_same_one() throws Exception {
        OperationId same = unknown("/same", "same");
        bank.payments.put("two", Payment.CANCELLED);
        OperationId two = unknown("two", "two");
        bank.payments.put("same", Payment.BOOKED);

        assertCame(reconcile("two"), 409, "nobody-to-ask", "No reconciler");
        assertCame(reconcile("same"), 200, "executed", "with 201");

        assertThat(stateOf(two)).isInstanceOf(OperationState.Unknown.class);
        assertThat(stateOf(same)).isInstanceOf(Completed.class);
    }
}
