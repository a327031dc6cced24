package dev.reprise.conformance.check;

import dev.reprise.conformance.CaseResult.Exchange;
import dev.reprise.conformance.Field;
import dev.reprise.conformance.RequestVariant;
import dev.reprise.conformance.Target;
import dev.reprise.conformance.wire.Connection;
import dev.reprise.conformance.wire.WireAttempt;
import dev.reprise.conformance.wire.WireAttempt.Answered;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What one case sends with; it keeps notes. Used by one thread. */
final class Probe {
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(50);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final Session session;
    private final List<Exchange> notes = new ArrayList<>();

    Probe(Session session) {
        this.session = session;
    }

    Session session() {
        return session;
    }

    Target target() {
        return session.target();
    }

    WireProfile dialect() {
        return session.dialect();
    }

    List<Exchange> notes() {
        return notes;
    }

    void note(String sent, String came) {
        notes.add(new Exchange(sent, came));
    }

    /** A new key, fetched where keys are issued (S6). */
    TestKey newKey() {
        return target().issuer() == null ? session.randomKey() : KeyFetcher.fetch(this, target().issuer());
    }

    /** The ordinary request with that key. */
    WireRequest request(TestKey key) {
        return session.ordinary(key);
    }

    /** A special request with that key. */
    WireRequest request(TestKey key, @Nullable RequestVariant variant) {
        WireRequest request = request(key);
        return variant == null ? request : Session.withPayload(request.with(variant.fields()), variant.body());
    }

    /** The same request with another key. */
    WireRequest withKey(WireRequest request, TestKey key) {
        List<Field> fields = dialect().fields(key, target().keyHeader());
        WireRequest bare = request;
        for (Field field : fields) {
            bare = bare.without(field.name());
        }
        return bare.with(fields);
    }

    /** The request by another caller; by nobody without a credential. */
    WireRequest by(WireRequest request, @Nullable Field credential) {
        Field first = target().credential();
        WireRequest anonymous = first == null ? request : request.without(first.name());
        return credential == null ? anonymous : anonymous.with(List.of(credential));
    }

    /** Sends a request. */
    WireAttempt attempt(WireRequest request) {
        session.budget().permit(1);
        WireAttempt attempt = session.wire().send(request);
        note(session.words().of(request), session.words().of(attempt));
        return attempt;
    }

    /**
     * Sends a request and returns the response.
     *
     * @throws NoAnswerException if there is none
     */
    WireResponse send(WireRequest request) {
        return answer(attempt(request));
    }

    static WireResponse answer(WireAttempt attempt) {
        return switch (attempt) {
            case Answered answered -> answered.response();
            case WireAttempt.Failed failed -> throw new NoAnswerException(failed);
        };
    }

    /** Sends a request again, as a client does, until the answer is no longer that the first one is running. */
    WireResponse retry(WireRequest request) {
        long giveUp = System.nanoTime() + session.limits().perRequest().toNanos();
        WireResponse response = send(request);
        while (dialect().isInProgress(response) && System.nanoTime() < giveUp) {
            session.budget().pause(wait(response));
            response = send(request);
        }
        return response;
    }

    private static Duration wait(WireResponse response) {
        Duration asked = response.first("Retry-After")
                .filter(value -> value.matches("[0-9]{1,4}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .orElse(SHORTEST_WAIT);
        return asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked.isZero() ? SHORTEST_WAIT : asked;
    }

    /** Sends a request in the background. */
    Pending start(WireRequest request) {
        session.budget().permit(1);
        Connection connection = session.wire().open(request.uri());
        connection.send(request);
        FutureTask<WireAttempt> task = new FutureTask<>(() -> {
            try (connection) {
                return connection.read(request);
            }
        });
        Thread.ofVirtual().start(task);
        return new Pending(this, request, task);
    }

    /** Opens a connection for a request, for what the caller does with it byte by byte. */
    <T> T open(WireRequest request, Function<Connection, T> use) {
        session.budget().permit(1);
        try (Connection connection = session.wire().open(request.uri())) {
            return use.apply(connection);
        }
    }

    /** Whether the response says that it is a replay, and such a mark can be believed. */
    boolean isReplay(WireResponse response) {
        return session.isReplay(response);
    }

    /** Begins to count what is executed. */
    Tally tally() {
        return Tally.begin(this);
    }
}
