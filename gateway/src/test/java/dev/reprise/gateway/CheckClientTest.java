package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.param.ChargeCreateParams;
import dev.reprise.client.RetryingHttpClient;
import dev.reprise.conformance.CaseResult;
import dev.reprise.conformance.Report;
import dev.reprise.conformance.Verdict.Pass;
import dev.reprise.conformance.client.ClientCheck;
import dev.reprise.conformance.client.ClientProgram;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Real clients under the checker of clients, as the table in docs/check-client.md shows them. Mostly waits. */
@Execution(ExecutionMode.CONCURRENT)
class CheckClientTest {
    private static Report check(String name, ClientProgram program) throws InterruptedException {
        return new ClientCheck(name, program, ClientCheck.Settings.DEFAULT.withRounds(4)).run(uri -> {}, line -> {});
    }

    private static ClientProgram.Ended ended() {
        return new ClientProgram.Ended(true, "");
    }

    private static List<String> failed(Report report) {
        return report.results().stream()
                .filter(CaseResult::failed)
                .map(CaseResult::id)
                .toList();
    }

    private static ClientProgram.Ended ours(URI address, Duration atMost) throws InterruptedException {
        HttpClient client = RetryingHttpClient.of(HttpClient.newHttpClient());
        for (String mark : List.of(ClientProgram.FIRST, ClientProgram.SECOND)) {
            try {
                client.send(
                        HttpRequest.newBuilder(address.resolve("/v1/charges"))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString("amount=1000&description=" + mark))
                                .build(),
                        BodyHandlers.ofString());
            } catch (IOException e) {
                // The next operation is another one.
            }
        }
        return ended();
    }

    @Test
    void our_own_client_passes_all_C1_C2_C3_C4_C5_C7() throws Exception {
        Report report = check("reprise-client", CheckClientTest::ours);

        assertThat(report.results())
                .filteredOn(result -> !(result.verdict() instanceof Pass))
                .extracting(CaseResult::id, CaseResult::verdict)
                .isEmpty();
    }

    private static ClientProgram.Ended stripe(URI address, Duration atMost) {
        StripeClient client = StripeClient.builder()
                .setApiKey("sk_test_java")
                .setApiBase(address.toString())
                .setMaxNetworkRetries(4)
                .build();
        for (String mark : List.of(ClientProgram.FIRST, ClientProgram.SECOND)) {
            try {
                client.v1()
                        .charges()
                        .create(ChargeCreateParams.builder()
                                .setAmount(1000L)
                                .setCurrency("eur")
                                .setDescription(mark)
                                .build());
            } catch (StripeException e) {
                // The next operation is another one.
            }
        }
        return ended();
    }

    @Test
    void stripes_client_for_java_C1_C2_C3_C4_C7() throws Exception {
        assertThat(failed(check("stripe-java", CheckClientTest::stripe)))
                .contains("C4-seconds")
                .doesNotContain("C1-key", "C1-kept", "C1-bytes", "C1-new", "C2-refused", "C5-ends");
    }
}
