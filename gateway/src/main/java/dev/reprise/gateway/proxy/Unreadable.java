package dev.reprise.gateway.proxy;

import dev.reprise.Response;
import dev.reprise.http.ProblemDetails;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers what cannot be read as HTTP. Nobody can tell what follows it, so its connection ends. */
final class Unreadable {
    private Unreadable() {}

    /** Answers a request whose head could not be read; the server below closes the connection then. */
    static void answer(HttpServerRequest request, Function<ProblemDetails, Response> dialect) {
        Response answer = dialect.apply(refusal(request.decoderResult().cause()));
        HttpServerResponse response = request.response().setStatusCode(answer.status());
        VertxFields.add(answer.headers(), response.headers());
        ResponseWriter.date(response);
        response.end(Buffer.buffer(answer.body().bytes()));
    }

    private static ProblemDetails refusal(@Nullable Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException ignored ->
                Door.malformed("The target of the request is too long.").withStatus(414);
            case TooLongHttpHeaderException ignored ->
                Door.malformed("The fields of the request are too long.").withStatus(431);
            case Versions.UnknownVersion version ->
                Door.malformed(version.getMessage() + ".").withStatus(505);
            case null -> Door.malformed("The request cannot be read.");
            default -> Door.malformed("The request cannot be read.");
        };
    }

    /** Whether a body ended because its framing cannot be read, and not because the caller is gone. */
    static boolean is(Throwable failure) {
        return !(failure instanceof VertxException || failure instanceof IOException);
    }

    /** The answer to the caller of such a body. */
    static ProblemDetails body() {
        return Door.malformed("The body of the request is not framed as it says (RFC 9112, section 7.1).");
    }
}
