package dev.reprise.conformance.check;

import dev.reprise.conformance.CaseResult.Exchange;
import dev.reprise.conformance.Field;
import dev.reprise.conformance.Target;
import dev.reprise.conformance.Variant;
import dev.reprise.conformance.wire.Attempt;
import dev.reprise.conformance.wire.Attempt.Answered;
import dev.reprise.conformance.wire.Connection;
import dev.reprise.conformance.wire.Request;
import dev.reprise.conformance.wire.Response;
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

    Dialect dialect() {
        return session.dialect();
    }

    List<Exchange> notes() {
        return notes;
    }

    void note(String sent, String came) {
        notes.add(new Exchange(sent, came));
    }

    /** A new key, fetched where keys are issued (S6). */
    Key newKey() {
        return target().issuer() == null ? session.randomKey() : IssuedKeys.fetch(this, target().issuer());
    }

    /** The ordinary request with that key. */
    Request request(Key key) {
        return session.ordinary(key);
    }

    /** A special request with that key. */
    Request request(Key key, @Nullable Variant variant) {
        Request request = request(key);
        return variant == null ? request : Session.withPayload(request.with(variant.fields()), variant.body());
    }

    /** The request by another caller; by nobody without a credential. */
    Request by(Request request, @Nullable Field credential) {
        Field first = target().credential();
        Request anonymous = first == null ? request : request.without(first.name());
        return credential == null ? anonymous : anonymous.with(List.of(credential));
    }

    /** Sends a request. */
    Attempt attempt(Request request) {
        session.budget().permit(1);
        Attempt attempt = session.wire().send(request);
        note(session.words().of(request), session.words().of(attempt));
        return attempt;
    }

    /**
     * Sends a request and returns the response.
     *
     * @throws NoAnswerException if there is none
     */
    Response send(Request request) {
        return answer(attempt(request));
    }

    static Response answer(Attempt attempt) {
        return switch (attempt) {
            case Answered answered -> answered.response();
            case Attempt.Failed failed -> throw new NoAnswerException(failed);
        };
    }

    /** Sends a request again, as a client does, until it is not told any more that the first one is running. */
    Response retry(Request request) {
        long giveUp = System.nanoTime() + session.limits().perRequest().toNanos();
        Response response = send(request);
        while (dialect().isInProgress(response) && System.nanoTime() < giveUp) {
            session.budget().pause(wait(response));
            response = send(request);
        }
        return response;
    }

    private static Duration wait(Response response) {
        Duration asked = response.first("Retry-After")
                .filter(value -> value.matches("[0-9]{1,4}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .orElse(SHORTEST_WAIT);
        return asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked.isZero() ? SHORTEST_WAIT : asked;
    }

    /** Sends a request in the background. */
    Pending start(Request request) {
        session.budget().permit(1);
        Connection connection = session.wire().open(request.uri());
        connection.send(request);
        FutureTask<Attempt> task = new FutureTask<>(() -> {
            try (connection) {
                return connection.read(request);
            }
        });
        Thread.ofVirtual().start(task);
        return new Pending(this, request, task);
    }

    /** Opens a connection for a request, for what the caller does with it byte by byte. */
    <T> T open(Request request, Function<Connection, T> use) {
        session.budget().permit(1);
        try (Connection connection = session.wire().open(request.uri())) {
            return use.apply(connection);
        }
    }

    /** Begins to count what is executed. */
    Tally tally() {
        return Tally.begin(this);
    }
}
