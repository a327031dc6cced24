package dev.reprise.benchmarks;

import dev.reprise.Answer;
import dev.reprise.Decision;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Operation;
import dev.reprise.Outcome;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.http.Cors;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.http.HttpNames;
import dev.reprise.http.Next;
import dev.reprise.http.RequestView;
import dev.reprise.http.Route;
import dev.reprise.memory.MemoryStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@link EngineBenchmark} compares: the engine on the in-memory store, by itself and behind the choreography of
 * HTTP, and the least that any implementation does, which is to hash the body and to ask a map.
 */
final class EngineSubjects implements AutoCloseable {
    private static final byte[] BODY = SampleOperations.response(256).body().bytes();
    private static final Response RESPONSE = SampleOperations.response(256);
    private static final Outcome OUTCOME = new Outcome.Answered(RESPONSE, RESPONSE);

    private final MessageDigest sha256;
    private final ConcurrentHashMap<String, byte[]> map = new ConcurrentHashMap<>();
    private final MemoryStore store = new MemoryStore();
    private final IdempotencyEngine engine = IdempotencyEngine.over(store).build();
    private final HttpIdempotency http =
            new HttpIdempotency(engine, List.of(Route.of("/v1/charges")), HttpNames.DEFAULT, Cors.NONE);

    EngineSubjects() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The least that a first execution needs. */
    byte @Nullable [] insert(String key) {
        return map.putIfAbsent(key, hash());
    }

    /** The least that a replay needs. */
    byte[] look(String key) {
        byte[] hash = hash();
        if (map.containsKey(key)) {
            return hash;
        }
        throw unexpected(key);
    }

    Answer execute(String key) {
        if (engine.begin(operation(key)) instanceof Decision.Execute(var execution)) {
            return execution.finish(OUTCOME);
        }
        throw unexpected(key);
    }

    Answer replay(String key) {
        if (engine.begin(operation(key)) instanceof Answer.Replay replay) {
            return replay;
        }
        throw unexpected(key);
    }

    Response executeHttp(String key) {
        if (begin(key) instanceof Next.Run(var execution)) {
            return execution.answered(RESPONSE);
        }
        throw unexpected(key);
    }

    Response replayHttp(String key) {
        if (begin(key) instanceof Next.Respond(var response) && response.status() == RESPONSE.status()) {
            return response;
        }
        throw unexpected(key);
    }

    private Next begin(String key) {
        if (http.admit(new Charge(key)) instanceof Next.ReadBody(var request)) {
            return request.begin(BODY);
        }
        throw unexpected(key);
    }

    private static IllegalStateException unexpected(String key) {
        return new IllegalStateException("The key " + key + " was not treated as the benchmark means it");
    }

    private Operation operation(String key) {
        return SampleOperations.with(key, new BodyFingerprint(new RequestFingerprint(1, hash())));
    }

    /** On a copy of a prototype: the cheapest way that is safe on any thread, for the yardsticks and the engine. */
    private byte[] hash() {
        try {
            return ((MessageDigest) sha256.clone()).digest(BODY);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        engine.close();
        store.close();
    }

    private record BodyFingerprint(RequestFingerprint current) implements RequestFingerprint.Source {
        @Override
        public Optional<RequestFingerprint> of(int version) {
            return version == current.version() ? Optional.of(current) : Optional.empty();
        }
    }

    private record Charge(String key) implements RequestView {
        private static final List<String> JSON = List.of("application/json");

        @Override
        public String method() {
            return "POST";
        }

        @Override
        public String path() {
            return "/v1/charges";
        }

        @Override
        public String query() {
            return "";
        }

        @Override
        public List<String> header(String name) {
            return switch (name) {
                case "Idempotency-Key" -> List.of(key);
                case "Content-Type" -> JSON;
                default -> List.of();
            };
        }

        @Override
        public String principal() {
            return "3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        }
    }
}
