package dev.reprise.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.Outcome;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.testkit.RedisServer;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.UUID;

/** What the tests are made of. */
final class Sample {
    static final Duration HOUR = Duration.ofHours(1);
    static final Response RESPONSE =
            new Response(201, Headers.of("Content-Type", "text/plain"), Body.of("done".getBytes(UTF_8)));

    private static final RequestFingerprint FINGERPRINT = new RequestFingerprint(1, new byte[] {1, 2, 3});

    private Sample() {}

    static OperationId id(String key) {
        return new OperationId(new Scope("alice", "/v1/charges"), new IdempotencyKey(key));
    }

    /** A claim of a new owner. */
    static Claim claim(String key) {
        return new Claim(id(key), FINGERPRINT, new Owner("node-" + UUID.randomUUID(), 1), Duration.ofSeconds(30));
    }

    static Lease acquired(Acquisition acquisition) {
        assertThat(acquisition).isInstanceOf(Acquisition.Acquired.class);
        return ((Acquisition.Acquired) acquisition).lease();
    }

    static Operation operation(String key, OperationPolicy policy) {
        return new Operation(id(key), RequestFingerprint.Source.of(FINGERPRINT), policy);
    }

    static Outcome answered() {
        return new Outcome.Answered(RESPONSE, RESPONSE);
    }

    static RedisURI at(RedisServer server) {
        return at(server.port());
    }

    static RedisURI at(int port) {
        return RedisURI.create("127.0.0.1", port);
    }

    /** A store on a server, which may hold the records of others. */
    static RedisStore.Builder store(RedisServer server) {
        return RedisStore.at(at(server)).prefix("test-" + UUID.randomUUID());
    }
}
