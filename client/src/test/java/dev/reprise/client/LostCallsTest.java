package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Step;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Scripts in which connections, requests or answers are lost. */
class LostCallsTest extends ScriptedCalls {
    @ParameterizedTest
    @EnumSource
    void a_call_that_works_is_sent_once(Way way) throws Exception {
        HttpResponse<String> response = post(way);

        assertThat(response.body()).isEqualTo("effect 1");
        assertReport(response, 1, false, Certainty.HAPPENED);
        assertThat(events).singleElement().isInstanceOf(RetryEvent.Ended.class);
    }

    @ParameterizedTest
    @EnumSource
    void a_server_that_refuses_connections_is_tried_again_C2(Way way) throws Exception {
        int port = freePort();
        ScriptedServer[] late = new ScriptedServer[1];
        duringWaits = () -> {
            if (waits.size() == 3) {
                late[0] = new ScriptedServer(port);
            }
        };
        HttpResponse<String> response = send(way, request(URI.create("http://127.0.0.1:" + port + "/charges")));

        assertThat(late[0].effects()).isEqualTo(1);
        assertReport(response, 4, false, Certainty.HAPPENED);
        late[0].close();
    }

    @ParameterizedTest
    @EnumSource
    void a_server_that_stays_away_did_nothing_C8(Way way) throws Exception {
        CallFailedException failed =
                failure(way, request(URI.create("http://127.0.0.1:" + freePort() + "/charges?secret=1")));

        assertThat(failed.report().certainty()).isEqualTo(Certainty.DID_NOT_HAPPEN);
        assertThat(failed.report().stop()).isEqualTo(StopReason.ATTEMPTS);
        assertThat(failed.report().attempts()).isEqualTo(6);
        assertThat(failed)
                .hasMessageContaining("POST 127.0.0.1/charges with key ")
                .hasMessageContaining("It did not happen")
                .hasMessageNotContaining("secret")
                .hasCauseInstanceOf(ConnectException.class);
        assertThat(RetryReport.of(new RuntimeException(failed))).hasValue(failed.report());
    }

    @ParameterizedTest
    @EnumSource
    void a_connection_reset_before_the_work_loses_nothing_C2(Way way) throws Exception {
        script(new Step.Reset(false), new Step.Reset(false));

        assertReport(post(way), 3, false, Certainty.HAPPENED);
        assertOneOperation(3);
    }

    @ParameterizedTest
    @EnumSource
    void a_connection_reset_after_the_work_gets_the_replay_C2(Way way) throws Exception {
        script(new Step.Reset(true));

        assertReport(post(way), 2, true, Certainty.HAPPENED);
        assertOneOperation(2);
    }

    @ParameterizedTest
    @EnumSource
    void half_a_response_is_fetched_again_whole_C2(Way way) throws Exception {
        script(new Step.HalfAnswer());

        HttpResponse<String> response = post(way);

        assertThat(response.body()).isEqualTo("effect 1");
        assertReport(response, 2, true, Certainty.HAPPENED);
        assertOneOperation(2);
    }

    @ParameterizedTest
    @EnumSource
    void halves_of_responses_prove_that_it_happened_C8(Way way) throws Exception {
        policy = policy.withMaxAttempts(2);
        script(new Step.HalfAnswer(), new Step.HalfAnswer());

        CallFailedException failed = failure(way, request(server.uri("/charges")));

        assertThat(failed.report().certainty()).isEqualTo(Certainty.HAPPENED);
        assertThat(failed).hasMessageContaining("only the answer is lost");
    }

    @ParameterizedTest
    @EnumSource
    void a_server_that_stalls_is_given_up_and_asked_again_C5(Way way) throws Exception {
        policy = policy.withTimeLimits(Duration.ofMinutes(1), Duration.ofMillis(300));
        script(new Step.Stall(false), new Step.Stall(true));

        assertReport(post(way), 3, true, Certainty.HAPPENED);
        assertOneOperation(3);
    }

    @ParameterizedTest
    @EnumSource
    void a_stall_to_the_end_may_have_happened_C8(Way way) throws Exception {
        policy = policy.withTimeLimits(Duration.ofMinutes(1), Duration.ofMillis(200))
                .withMaxAttempts(2);
        script(new Step.Stall(false), new Step.Stall(false));

        CallFailedException failed = failure(way, request(server.uri("/charges")));

        assertThat(failed.report().certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(failed).hasMessageContaining("safe with the same key");
        assertOneOperation(2);
    }

    @ParameterizedTest
    @EnumSource
    void a_request_without_a_key_is_not_repeated_once_it_was_sent_C2(Way way) throws Exception {
        script(new Step.Reset(true));
        Retries unkeyed =
                retries(way).profile(KeyProfile.ietf().withMethods(Set.of())).build();

        CallFailedException failed = failure(way, unkeyed, request(server.uri("/charges")));

        assertThat(failed.report().certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(failed).hasMessageContaining("ask the server before doing it again");
        assertThat(server.received()).hasSize(1);
    }
}
