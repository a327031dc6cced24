package dev.reprise.http;

import dev.reprise.IdempotencyKey;
import dev.reprise.Response;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the profiles differ in. Implementations are thread-safe. */
interface ProfileRules {
    /** Reads the lines of a header field that carries a key. */
    default KeyField parse(List<String> lines) {
        return KeyField.parse(lines);
    }

    /**
     * Checks what the dialect demands of its routes.
     *
     * @throws IllegalArgumentException if the route does not do so
     */
    default void requireFit(Route route) {}

    /** What is wrong with a key that would be one in other dialects. */
    default Optional<ProblemDetails> checkKey(IdempotencyKey key) {
        return Optional.empty();
    }

    /** Request fields that count in fingerprints besides what the route says. */
    default List<String> fingerprinted() {
        return List.of();
    }

    /** Request fields beside the key's, which browsers have to be allowed. */
    default List<String> requestFields() {
        return List.of();
    }

    /** Response fields beside the ones of every profile, which browsers may show to scripts. */
    default List<String> responseFields() {
        return List.of();
    }

    /**
     * What is wrong with the head besides its key.
     *
     * @param keyed whether it has a key
     */
    default Optional<ProblemDetails> check(RequestView request, boolean keyed, Route route, InstantSource clock) {
        return Optional.empty();
    }

    /** What is wrong with asking for protection where the route gives none to the method. */
    default Optional<ProblemDetails> checkUnprotected(RequestView request) {
        return Optional.empty();
    }

    /** Whether the handler has done nothing yet, and asks for the same request with more in it, so that this is not the answer to the operation (S14). */
    default boolean asksForMore(Response response) {
        return false;
    }

    /** The handler's answer, marked for its first caller and for the record. */
    default Response executed(Response response, IdempotencyKey key) {
        return response;
    }

    /** The handler's answer, marked for a caller whose operation did not happen. */
    default Response notExecuted(Response response, IdempotencyKey key) {
        return response;
    }

    /** The recorded answer, marked for a later caller. */
    default Response replayed(Response response) {
        return response;
    }

    /**
     * A refusal as the profile writes it.
     *
     * @param key the key if there is a valid one
     */
    Response refusal(ProblemDetails refusal, @Nullable IdempotencyKey key);

    /** Whether {@link #addressed} needs the request. Default: no. */
    default boolean addresses() {
        return false;
    }

    /**
     * An answer that no handler made, so that its caller knows to which of its requests it belongs.
     *
     * @param request the body of the request
     */
    default Response addressed(Response response, byte[] request) {
        return response;
    }
}
