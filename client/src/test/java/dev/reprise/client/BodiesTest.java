package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.testkit.ScriptedServer.Step;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies of requests and of answers. */
class BodiesTest {
    private final Calls calls = new Calls(new Step.Reset(true));
    private final RetryingHttpClient client = calls.client();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        calls.close();
    }

    @Test
    void bodies_that_begin_anew_are_sent_again_with_the_same_bytes_C1() throws Exception {
        byte[] bytes = "amount=1000".getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(folder.resolve("body"), bytes);
        List<BodyPublisher> bodies = List.of(
                BodyPublishers.ofByteArray(bytes),
                BodyPublishers.ofByteArray(bytes, 0, bytes.length),
                BodyPublishers.ofString("amount=1000"),
                BodyPublishers.ofFile(file),
                BodyPublishers.ofByteArrays(List.of(bytes)),
                RepeatableBody.of(BodyPublishers.ofInputStream(() -> open(file))),
                BodyPublishers.noBody());
        for (BodyPublisher body : bodies) {
            int before = calls.server.received().size();
            calls.server.next(new Step.Reset(true));

            assertThat(client.send(calls.request(body).build(), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(201);
            List<Received> sent = calls.server
                    .received()
                    .subList(before, calls.server.received().size());
            assertThat(sent).hasSizeGreaterThan(1);
            assertThat(sent.stream().map(Received::body).distinct()).hasSize(1);
        }
    }

    @Test
    void a_body_that_is_gone_once_it_was_sent_is_not_retried_and_the_caller_is_told_C1() {
        InputStream once = new ByteArrayInputStream("amount=1000".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> client.send(
                        calls.request(BodyPublishers.ofInputStream(() -> once)).build(), BodyHandlers.ofString()))
                .isInstanceOfSatisfying(CallFailedException.class, failed -> {
                    assertThat(failed.report().stop()).isEqualTo(StopReason.UNREPEATABLE_BODY);
                    assertThat(failed.report().waits()).isEmpty();
                    assertThat(failed.report().certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
                })
                .hasMessageContaining("RepeatableBody");
        assertThat(calls.server.received()).hasSize(1);
    }

    @Test
    void a_publisher_of_somebody_else_is_not_retried_unless_declared_C1() {
        BodyPublisher strange = BodyPublishers.fromPublisher(BodyPublishers.ofString("amount=1000"), 11);

        assertThat(RepeatableBody.isRepeatable(strange)).isFalse();
        assertThat(RepeatableBody.isRepeatable(BodyPublishers.concat(strange))).isFalse();
        assertThat(RepeatableBody.isRepeatable(RepeatableBody.of(strange))).isTrue();
        assertThat(RepeatableBody.of(strange).contentLength()).isEqualTo(11);
    }

    @Test
    void the_callers_handler_sees_the_last_answer_only() throws Exception {
        calls.server.next(new Step.Answer(503, "x".repeat(1_000_000)));
        calls.server.next(new Step.Answer(503, "small"));
        List<Integer> seen = new ArrayList<>();

        HttpResponse<String> response = client.send(calls.request().build(), info -> {
            seen.add(info.statusCode());
            return BodySubscribers.ofString(StandardCharsets.UTF_8);
        });

        assertThat(response.body()).isEqualTo("effect 1");
        assertThat(seen).containsExactly(201);
        assertThat(RetryReport.of(response).orElseThrow().attempts()).isEqualTo(4);
    }

    @Test
    void every_kind_of_handler_gets_the_whole_body() throws Exception {
        assertThat(body(BodyHandlers.ofByteArray()))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("effect 1");
        assertThat(body(BodyHandlers.ofInputStream())).hasContent("effect 2");
        assertThat(body(BodyHandlers.ofLines())).containsExactly("effect 3");
        assertThat(body(BodyHandlers.ofFile(folder.resolve("answer")))).hasContent("effect 4");
        assertThat(body(BodyHandlers.buffering(BodyHandlers.ofString(), 3))).isEqualTo("effect 5");
        assertThat(body(BodyHandlers.replacing("replaced"))).isEqualTo("replaced");
        StringBuilder consumed = new StringBuilder();
        body(BodyHandlers.ofByteArrayConsumer(
                part -> part.ifPresent(bytes -> consumed.append(new String(bytes, StandardCharsets.UTF_8)))));
        assertThat(consumed).hasToString("effect 7");
    }

    @Test
    void a_refusal_whose_reason_was_looked_at_still_comes_as_a_stream() throws Exception {
        String reason = "{\"type\":\"/sold-out\"}" + "y".repeat(200_000);
        client.send(calls.request().build(), BodyHandlers.discarding());
        calls.server.next(new Step.Answer(409, reason));

        assertThat(body(BodyHandlers.ofInputStream())).hasContent(reason);
    }

    @Test
    void a_handler_that_fails_is_no_reason_to_send_again() {
        BodyHandler<String> bug = info -> {
            throw new IllegalStateException("bug in apply");
        };
        BodyHandler<String> laterBug =
                info -> BodySubscribers.mapping(BodySubscribers.ofString(StandardCharsets.UTF_8), text -> {
                    throw new IllegalStateException("bug in mapping");
                });
        assertThatThrownBy(() -> client.send(calls.request().build(), bug))
                .isInstanceOf(CallFailedException.class)
                .hasStackTraceContaining("bug in apply");
        assertThatThrownBy(() -> client.send(calls.request().build(), laterBug))
                .isInstanceOf(CallFailedException.class)
                .hasStackTraceContaining("bug in mapping");
        assertThatThrownBy(() ->
                        client.sendAsync(calls.request().build(), laterBug).join())
                .isInstanceOf(CompletionException.class)
                .hasStackTraceContaining("bug in mapping");
        assertThat(calls.server.received())
                .as("2 for the first, which was reset")
                .hasSize(4);
    }

    private <T> T body(BodyHandler<T> handler) throws IOException, InterruptedException {
        return client.send(calls.request().build(), handler).body();
    }

    private static InputStream open(Path file) {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
