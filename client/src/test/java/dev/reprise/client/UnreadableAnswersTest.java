package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.ScriptedServer.Step;
import java.io.IOException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An answer that the caller's own code cannot read still says what happened, and with which key (C8). */
class UnreadableAnswersTest {
    private static final String SOLD_OUT = "{\"type\":\"https://shop.example/sold-out\"}";

    private final Calls calls = new Calls();
    private final List<RetryEvent> events = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        calls.close();
    }

    /** The ways to call. */
    enum Way {
        SYNC,
        ASYNC,
        HEDGED
    }

    /** A subscriber that reads everything and makes nothing of it, but for what a test overrides. */
    private abstract static class Reader implements BodySubscriber<String> {
        final CompletableFuture<String> body = new CompletableFuture<>();

        @Override
        public CompletionStage<String> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {}

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete("read");
        }
    }

    private static final Map<String, BodyHandler<String>> BROKEN = new LinkedHashMap<>();

    private static void broken(String name, BodyHandler<String> handler) {
        BROKEN.put(name, handler);
    }

    private static void broken(String name, Supplier<Reader> reader) {
        BROKEN.put(name, info -> reader.get());
    }

    private static BodyHandler<String> mapping(Supplier<? extends Throwable> failure) {
        return info -> BodySubscribers.mapping(BodySubscribers.ofString(StandardCharsets.UTF_8), text -> {
            throw UnreadableAnswersTest.<RuntimeException>sneaky(failure.get());
        });
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E sneaky(Throwable failure) throws E {
        throw (E) failure;
    }

    static {
        broken("a handler that throws", info -> {
            throw new IllegalStateException("a bug of a test");
        });
        broken("a handler that does not like an argument", info -> {
            throw new IllegalArgumentException("a bug of a test");
        });
        broken("a handler that throws an Error", info -> {
            throw new AssertionError("a bug of a test");
        });
        broken("a handler without a subscriber", info -> nothing());
        broken("a mapping that throws", mapping(() -> new IllegalStateException("a bug of a test")));
        broken("a mapping that throws an Error", mapping(() -> new StackOverflowError("a bug of a test")));
        broken("a body that cannot be decoded", mapping(() -> new IOException("a bug of a test")));
        broken(
                "a consumer that throws",
                info -> BodySubscribers.mapping(
                        BodySubscribers.ofByteArrayConsumer(part -> {
                            throw new IllegalStateException("a bug of a test");
                        }),
                        nothing -> ""));
        broken("a subscriber without a body", () -> new Reader() {
            @Override
            public CompletionStage<String> getBody() {
                return nothing();
            }
        });
        broken("a subscriber that throws for its body", () -> new Reader() {
            @Override
            public CompletionStage<String> getBody() {
                throw new IllegalStateException("a bug of a test");
            }
        });
        broken("a subscriber that throws when it is subscribed", () -> new Reader() {
            @Override
            public void onSubscribe(Subscription subscription) {
                throw new AssertionError("a bug of a test");
            }
        });
        broken("a subscriber that throws for a part", () -> new Reader() {
            @Override
            public void onNext(List<ByteBuffer> item) {
                throw new IllegalStateException("a bug of a test");
            }
        });
        broken("a subscriber that throws an Error for a part", () -> new Reader() {
            @Override
            public void onNext(List<ByteBuffer> item) {
                throw new AssertionError("a bug of a test");
            }
        });
        broken("a subscriber that throws at the end", () -> new Reader() {
            @Override
            public void onComplete() {
                throw new AssertionError("a bug of a test");
            }
        });
        broken("a subscriber that never ends", () -> new Reader() {
            @Override
            public void onComplete() {}
        });
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    @ParameterizedTest
    @EnumSource
    void an_answer_that_cannot_be_read_says_what_happened_and_with_which_key_C8(Way way) throws Exception {
        for (var broken : BROKEN.entrySet()) {
            for (Step step : List.of(new Step.Execute(), new Step.Answer(409, SOLD_OUT))) {
                int before = calls.server.received().size();
                calls.server.next(step);
                events.clear();

                Throwable failure = failure(way, broken.getValue());

                String name = broken.getKey() + ", " + step;
                RetryReport report = RetryReport.of(failure).orElseThrow(() -> new AssertionError(name, failure));
                assertThat(failure).as(name).isInstanceOf(CallFailedException.class);
                assertThat(report.key()).as(name).isNotNull();
                assertThat(report.attempts()).as(name).isEqualTo(1);
                assertThat(report.stop()).as(name).isEqualTo(StopReason.FINAL);
                assertThat(report.certainty())
                        .as(name)
                        .isEqualTo(step instanceof Step.Execute ? Certainty.HAPPENED : Certainty.REFUSED);
                assertThat(calls.server.received()).as(name).hasSize(before + 1);
                assertThat(events)
                        .as(name)
                        .singleElement()
                        .isInstanceOfSatisfying(
                                RetryEvent.Ended.class,
                                ended -> assertThat(ended.report()).isEqualTo(report));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_reader_that_breaks_when_its_answer_breaks_off_does_not_keep_the_next_attempt_from_the_answer_C2(Way way)
            throws Exception {
        calls.server.next(new Step.HalfAnswer());
        List<Reader> readers = new CopyOnWriteArrayList<>();

        Object answer = call(way, info -> {
            Reader reader = readers.isEmpty()
                    ? new Reader() {
                        @Override
                        public void onError(Throwable failure) {
                            throw new IllegalStateException("a bug of a test");
                        }
                    }
                    : new Reader() {};
            readers.add(reader);
            return reader;
        });

        assertThat(answer).isEqualTo("read");
        assertThat(calls.server.effects()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void a_mapping_is_applied_once(Way way) throws Exception {
        List<String> mapped = new CopyOnWriteArrayList<>();
        CompletableFuture<Step> later = new CompletableFuture<>();
        calls.server.next(new Step.Later(later));
        later.completeOnTimeout(new Step.Execute(), 300, TimeUnit.MILLISECONDS);

        call(
                way,
                info -> BodySubscribers.mapping(BodySubscribers.ofString(StandardCharsets.UTF_8), text -> {
                    mapped.add(text);
                    return text;
                }));

        assertThat(mapped).containsExactly("effect 1");
    }

    private Object call(Way way, BodyHandler<String> handler) throws Exception {
        RetryPolicy policy = RetryPolicy.considerate().withTimeLimits(Duration.ofSeconds(20), Duration.ofMillis(500));
        RetryingHttpClient client = calls.client(Retries.builder()
                .policy(way == Way.HEDGED ? policy.withHedging(Duration.ofMillis(499)) : policy)
                .timer(delay -> delay.equals(Duration.ofMillis(499))
                        ? new CompletableFuture<>()
                        : CompletableFuture.completedFuture(null))
                .listener(events::add));
        return switch (way) {
            case SYNC, HEDGED ->
                CompletableFuture.supplyAsync(() -> {
                            try {
                                return client.send(calls.request().build(), handler)
                                        .body();
                            } catch (Exception e) {
                                throw UnreadableAnswersTest.<RuntimeException>sneaky(e);
                            }
                        })
                        .get(10, TimeUnit.SECONDS);
            case ASYNC ->
                client.sendAsync(calls.request().build(), handler)
                        .get(10, TimeUnit.SECONDS)
                        .body();
        };
    }

    private Throwable failure(Way way, BodyHandler<String> handler) throws Exception {
        try {
            throw new AssertionError("answered with " + call(way, handler));
        } catch (ExecutionException e) {
            @Nullable Throwable cause = e.getCause();
            return cause == null ? e : cause;
        }
    }
}
