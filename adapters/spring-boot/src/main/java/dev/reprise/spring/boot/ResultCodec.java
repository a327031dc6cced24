package dev.reprise.spring.boot;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Outcome;
import dev.reprise.Response;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

/** Keeps the result of a method as JSON. Thread-safe. */
final class ResultCodec {
    private static final int OK = 200;
    private static final Headers JSON = Headers.of("Content-Type", "application/json");

    private final JsonMapper mapper;
    private final JavaType type;
    private final int mostBytes;
    private volatile boolean readable;

    /** @param mostBytes the longest result that is kept; of a longer one only that there was one */
    ResultCodec(JsonMapper mapper, Method method, int mostBytes) {
        this.mapper = mapper;
        this.type = mapper.constructType(method.getGenericReturnType());
        this.mostBytes = mostBytes;
    }

    Outcome.Answered answered(@Nullable Object result) {
        Response response = isVoid()
                ? new Response(OK, Headers.EMPTY, Body.EMPTY)
                : new Response(OK, JSON, Body.of(mapper.writerFor(type).writeValueAsBytes(result)));
        requireReadable(response);
        boolean kept = response.body().length() <= mostBytes;
        return new Outcome.Answered(response, kept ? response : response.withBody(Body.OMITTED));
    }

    /** Once, and before anything is recorded: what cannot be read back would be a record that nobody can use. */
    private void requireReadable(Response response) {
        if (!readable) {
            try {
                Object ignored = result(response);
            } catch (JacksonException e) {
                throw new IllegalStateException(
                        "A result of the type " + type.toCanonical()
                                + " cannot be read back from its JSON, so it cannot be repeated: "
                                + e.getOriginalMessage(),
                        e);
            }
            readable = true;
        }
    }

    /** The result that a record has. Its body is there. */
    @Nullable
    Object result(Response recorded) {
        return isVoid()
                ? null
                : mapper.readerFor(type).readValue(recorded.body().bytes());
    }

    private boolean isVoid() {
        return type.hasRawClass(void.class) || type.hasRawClass(Void.class);
    }
}
