package dev.reprise.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reprise.Answer;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationType;
import dev.reprise.Rejection;
import dev.reprise.Scope;
import dev.reprise.resumable.Codec;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.resumable.ResumablePolicy;
import dev.reprise.resumable.Steps;
import dev.reprise.resumable.Steps.Finding;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Recorded;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Operations of one to five steps, of every kind, at a {@link FakePeer} and in a table of orders. The input of each is its
 * key.
 */
final class Journey {
    /** A letter for each step: local, remote, once, sleep, await. */
    static final String[] SHAPES = {"L", "RL", "LOR", "LSRL", "LROAL"};

    private static final Codec<String> TEXT = Codecs.builtIn().of(String.class);
    /** No lease and no retention ends by itself while a test goes on. */
    static final ResumablePolicy POLICY = ResumablePolicy.DEFAULT
            .withLease(Duration.ofHours(1))
            .withRetention(Duration.ofDays(3650))
            .withAttempts(20, Duration.ofMillis(1), Duration.ofMillis(2));

    private final String shape;
    private final int peer;
    private final HttpClient client;
    private final Runnable point;

    private Journey(String shape, int peer, HttpClient client, Runnable point) {
        this.shape = shape;
        this.peer = peer;
        this.client = client;
        this.point = point;
    }

    /**
     * The type of that shape.
     *
     * @param point called at moments within steps
     */
    static Resumable<String, String, Connection> of(String shape, int peer, HttpClient client, Runnable point) {
        Journey journey = new Journey(shape, peer, client, point);
        return Resumable.returning(new OperationType("journey-" + shape, 1), TEXT, TEXT, journey::run)
                .with(POLICY);
    }

    static OperationId id(String key) {
        return new OperationId(new Scope("alice", "/journeys"), new IdempotencyKey(key));
    }

    /** Asks until there is an answer, and gives the approval that it may wait for. */
    static String insist(
            ResumableEngine<Connection> engine,
            Resumable<String, String, Connection> type,
            String key,
            Runnable again) {
        while (true) {
            Answer answer = engine.run(id(key), type, key, Duration.ZERO);
            String result = type.result(answer).orElse(null);
            if (result != null) {
                return result;
            }
            if (answer instanceof Answer.Reject reject && reject.reason() == Rejection.OUTCOME_UNKNOWN) {
                throw new AssertionError(key + " is unknown: " + engine.find(id(key)));
            }
            approve(engine, key);
            again.run();
        }
    }

    /** Gives the approval that an operation waits for, if it does. */
    static void approve(ResumableEngine<Connection> engine, String key) {
        engine.find(id(key)).stream()
                .flatMap(found -> found.steps().stream())
                .map(Recorded::step)
                .filter(step -> step.kind() == Kind.AWAIT && step.result() == null)
                .forEach(step -> engine.answer(id(key), step.name(), String.class, "approved"));
    }

    private String run(String key, Steps<Connection> steps) {
        StringBuilder results = new StringBuilder();
        for (int i = 0; i < shape.length(); i++) {
            String name = (i + 1) + " " + shape.charAt(i);
            String thing = key + "/" + name;
            results.append(
                    switch (shape.charAt(i)) {
                        case 'L' -> steps.local(name, String.class, connection -> order(connection, thing));
                        case 'R' -> steps.remote(name, String.class, childKey -> call("keyed", thing, childKey));
                        case 'O' ->
                            steps.once(
                                    name,
                                    String.class,
                                    childKey -> call("plain", thing, childKey),
                                    childKey -> ask(thing));
                        case 'S' -> {
                            steps.sleep(name, Duration.ofMillis(1));
                            yield "slept";
                        }
                        default -> steps.await(name, String.class);
                    });
            results.append(' ');
        }
        return results.toString().strip();
    }

    private String order(Connection connection, String thing) throws SQLException {
        point.run();
        Shop.order(connection, thing);
        point.run();
        return "ordered";
    }

    private String call(String path, String thing, String childKey) throws IOException, InterruptedException {
        point.run();
        String answer = send("POST", path, thing, childKey);
        point.run();
        return answer;
    }

    private Finding<String> ask(String thing) throws IOException, InterruptedException {
        return send("GET", "plain", thing, "").equals("yes")
                ? new Finding.Happened<>("done")
                : new Finding.DidNotHappen<>();
    }

    private String send(String method, String path, String thing, String body)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + peer + "/" + path + "?"
                + URLEncoder.encode(thing, UTF_8).replace("+", "%20"));
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        var response = client.send(request, BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("The peer answered " + response.statusCode());
        }
        return response.body();
    }
}
