package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.testkit.ScriptedServer.Step;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a redirect says about an operation, whether the JDK's client follows it or not (C8). */
class RedirectsTest {
    private static final Map<Integer, Certainty> BY_STATUS = Map.of(
            301, Certainty.DID_NOT_HAPPEN,
            302, Certainty.MAY_HAVE_HAPPENED,
            303, Certainty.HAPPENED,
            307, Certainty.DID_NOT_HAPPEN,
            308, Certainty.DID_NOT_HAPPEN);

    private static final Duration HEDGE_AFTER = Duration.ofSeconds(19);

    private final ScriptedServer server = new ScriptedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    /** The ways to call. */
    enum Way {
        SYNC,
        ASYNC,
        /** With hedges that are never due. */
        HEDGED
    }

    private RetryReport report(HttpResponse<?> response) {
        return RetryReport.of(response).orElseThrow();
    }

    private HttpResponse<String> send(Way way, Redirect mode, String method) throws Exception {
        return send(way, mode, method, BodyPublishers.ofString("amount=1000"));
    }

    private HttpResponse<String> send(Way way, Redirect mode, String method, BodyPublisher body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(server.uri("/charges"))
                .method(method, body)
                .build();
        RetryPolicy policy = RetryPolicy.considerate().withMaxAttempts(2);
        try (HttpClient plain = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(mode)
                .build()) {
            RetryingHttpClient client = RetryingHttpClient.of(
                    plain,
                    Retries.builder()
                            .timer(delay -> delay.equals(HEDGE_AFTER)
                                    ? new CompletableFuture<>()
                                    : CompletableFuture.completedFuture(null))
                            .profile(KeyProfile.ietf().withMethods(Set.of("POST", "PUT")))
                            .policy(way == Way.HEDGED ? policy.withHedging(HEDGE_AFTER) : policy)
                            .build());
            if (way == Way.ASYNC) {
                return client.sendAsync(request, BodyHandlers.ofString()).join();
            }
            return client.send(request, BodyHandlers.ofString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_redirect_that_is_not_followed_is_the_answer_and_says_what_happened_C8(Way way) throws Exception {
        for (int status : List.of(301, 302, 303, 307, 308)) {
            server.next(new Step.Answer(status, "over there", "Location", "/moved"));

            HttpResponse<String> response = send(way, Redirect.NEVER, "POST");

            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.body()).isEqualTo("over there");
            assertThat(report(response).certainty()).as("%s", status).isEqualTo(BY_STATUS.get(status));
            assertThat(report(response).attempts()).isEqualTo(1);
        }
        assertThat(server.effects()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"SYNC,NORMAL", "ASYNC,NORMAL", "HEDGED,NORMAL", "SYNC,ALWAYS", "ASYNC,ALWAYS", "HEDGED,ALWAYS"})
    void a_307_or_308_is_followed_with_the_same_key_and_body_C1(Way way, Redirect mode) throws Exception {
        for (int status : List.of(307, 308)) {
            int before = server.received().size();
            server.next(new Step.Answer(status, "", "Location", "/moved"));

            HttpResponse<String> response = send(way, mode, "POST");

            assertThat(report(response).certainty()).isEqualTo(Certainty.HAPPENED);
            List<Received> sent =
                    server.received().subList(before, server.received().size());
            assertThat(sent).extracting(Received::target).containsExactly("/charges", "/moved");
            assertThat(sent.stream().map(Received::body).distinct()).containsExactly("amount=1000");
            assertThat(sent.stream()
                            .map(request -> request.field("idempotency-key").orElse("none"))
                            .distinct())
                    .hasSize(1)
                    .doesNotContain("none");
        }
        assertThat(server.effects()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"SYNC,NORMAL", "ASYNC,NORMAL", "HEDGED,NORMAL", "SYNC,ALWAYS", "ASYNC,ALWAYS", "HEDGED,ALWAYS"})
    void a_page_got_in_place_of_the_operation_is_no_answer_to_it_C8(Way way, Redirect mode) throws Exception {
        for (int status : List.of(301, 302, 303)) {
            for (int page : List.of(200, 404, 401, 204)) {
                server.next(new Step.Answer(status, "", "Location", "/moved"));
                server.next(new Step.Answer(page, "", "Idempotent-Replayed", "true"));

                HttpResponse<String> response = send(way, mode, "POST");

                assertThat(server.received().getLast().method()).isEqualTo("GET");
                assertThat(response.statusCode()).isEqualTo(page);
                assertThat(report(response).certainty())
                        .as("%s, then %s", status, page)
                        .isEqualTo(BY_STATUS.get(status));
                assertThat(report(response).replayed()).isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_a_redirect_does_to_other_methods_is_told_by_what_was_sent_C8(Way way) throws Exception {
        server.next(new Step.Answer(301, "", "Location", "/moved"));
        assertThat(report(send(way, Redirect.NORMAL, "PUT")).certainty())
                .as("the JDK puts at the other place")
                .isEqualTo(Certainty.HAPPENED);
        assertThat(server.effects()).isEqualTo(1);

        server.next(new Step.Answer(302, "", "Location", "/moved"));
        server.next(new Step.Answer(303, "", "Location", "/result"));
        server.next(new Step.Answer(500, "no page", "Stripe-Should-Retry", "false"));
        assertThat(report(send(way, Redirect.NORMAL, "PUT")).certainty()).isEqualTo(Certainty.HAPPENED);
    }

    @ParameterizedTest
    @EnumSource
    void a_page_whose_body_breaks_off_does_not_say_that_the_operation_happened_C8(Way way) {
        for (int status : List.of(301, 302)) {
            for (int i = 0; i < 2; i++) {
                server.next(new Step.Answer(status, "", "Location", "/moved"));
                server.next(new Step.HalfAnswer());
            }

            RetryReport report = RetryReport.of(failure(way)).orElseThrow();

            assertThat(report.certainty()).as("%s", status).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
            assertThat(report.attempts()).isEqualTo(2);
        }
    }

    private Throwable failure(Way way) {
        return failure(way, BodyPublishers.ofString("amount=1000"));
    }

    private Throwable failure(Way way, BodyPublisher body) {
        return catchThrowableOfType(Exception.class, () -> send(way, Redirect.NORMAL, "POST", body));
    }

    /** The server has executed it, and says where its result is; nobody listens there. */
    @ParameterizedTest
    @EnumSource
    void a_page_that_refuses_the_connection_does_not_say_that_nothing_happened_C8(Way way) throws Exception {
        int nobody;
        try (ServerSocket closed = new ServerSocket(0)) {
            nobody = closed.getLocalPort();
        }
        for (int i = 0; i < 2; i++) {
            server.next(new Step.Answer(303, "", "Location", "http://127.0.0.1:" + nobody + "/result"));
        }

        RetryReport report = RetryReport.of(failure(way)).orElseThrow();

        assertThat(report.certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(report.attempts()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void a_busy_page_behind_a_303_is_asked_for_again_and_the_operation_happened_C2(Way way) throws Exception {
        for (int i = 0; i < 2; i++) {
            server.next(new Step.Answer(303, "", "Location", "/result"));
            server.next(new Step.Answer(503, "busy"));
        }

        HttpResponse<String> response = send(way, Redirect.NORMAL, "POST");

        assertThat(report(response).attempts()).isEqualTo(2);
        assertThat(report(response).certainty()).isEqualTo(Certainty.HAPPENED);
    }

    @ParameterizedTest
    @EnumSource
    void a_redirect_after_a_lost_answer_says_nothing_about_that_C10(Way way) throws Exception {
        for (Redirect mode : List.of(Redirect.NEVER, Redirect.NORMAL)) {
            server.next(new Step.Reset(true));
            server.next(new Step.Answer(301, "", "Location", "/moved"));
            if (mode == Redirect.NORMAL) {
                server.next(new Step.Answer(200, "a page"));
            }

            assertThat(report(send(way, mode, "POST")).certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        }
    }

    @Test
    void a_safe_request_may_be_told_that_it_has_the_newest_already() throws Exception {
        server.next(new Step.Answer(304, ""));

        assertThat(report(send(Way.SYNC, Redirect.NEVER, "GET")).certainty()).isEqualTo(Certainty.HAPPENED);
    }

    @ParameterizedTest
    @EnumSource
    void a_body_that_is_gone_once_it_was_sent_is_not_sent_to_where_a_redirect_leads_C1(Way way) {
        server.next(new Step.Answer(307, "", "Location", "/moved"));
        InputStream once = new ByteArrayInputStream("amount=1000".getBytes(StandardCharsets.UTF_8));

        RetryReport report = RetryReport.of(failure(way, BodyPublishers.ofInputStream(() -> once)))
                .orElseThrow();

        assertThat(report.stop()).isEqualTo(StopReason.UNREPEATABLE_BODY);
        assertThat(report.certainty()).isNotEqualTo(Certainty.HAPPENED);
        assertThat(server.effects()).isZero();
    }

    @Test
    void a_body_that_begins_anew_is_sent_to_where_a_redirect_leads_C1() throws Exception {
        server.next(new Step.Answer(307, "", "Location", "/moved"));

        HttpResponse<String> response = send(
                Way.SYNC,
                Redirect.NORMAL,
                "POST",
                RepeatableBody.of(BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream("amount=1000".getBytes(StandardCharsets.UTF_8)))));

        assertThat(report(response).certainty()).isEqualTo(Certainty.HAPPENED);
        assertThat(server.received()).extracting(Received::body).containsExactly("amount=1000", "amount=1000");
    }

    @Test
    void the_answer_in_a_loop_of_redirects_is_one_of_them_C8() throws Exception {
        for (int i = 0; i < 20; i++) {
            server.next(new Step.Answer(307, "", "Location", "/round"));
        }
        try {
            assertThat(report(send(Way.ASYNC, Redirect.NORMAL, "POST")).certainty())
                    .isEqualTo(Certainty.DID_NOT_HAPPEN);
        } catch (CompletionException e) {
            assertThat(RetryReport.of(e).orElseThrow().certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
            assertThat(e).hasCauseInstanceOf(IOException.class);
        }
    }
}
