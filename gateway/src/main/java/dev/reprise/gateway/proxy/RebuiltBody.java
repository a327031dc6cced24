package dev.reprise.gateway.proxy;

import dev.reprise.Headers;
import dev.reprise.Response;
import dev.reprise.http.HttpNames;
import java.net.URI;
import java.util.Optional;

/** The body of a replay that was not recorded, as the service has it now. */
final class RebuiltBody {
    /** The response field that marks it: it may have changed since the operation. */
    static final String MARK = "Idempotent-Body-Rebuilt";
    /** Longer ones are left out. */
    static final int LONGEST = 1 << 20;

    private RebuiltBody() {}

    /**
     * The target of the request that gets it; nothing where the replay has its body, or names no place at its service.
     *
     * @param path of the request that is replayed
     * @param host that it was sent to
     */
    static Optional<String> target(Response replay, String path, String host) {
        boolean leftOut = replay.headers().first(HttpNames.BODY_OMITTED).isPresent();
        return leftOut
                ? replay.headers().first("Location").flatMap(location -> target(location, path, host))
                : Optional.empty();
    }

    private static Optional<String> target(String location, String path, String host) {
        try {
            URI place = URI.create(path).resolve(location);
            boolean here =
                    place.getRawAuthority() == null || place.getRawAuthority().equalsIgnoreCase(host);
            return here && place.getRawPath() != null && place.getRawPath().startsWith("/")
                    ? Optional.of(place.getRawPath() + (place.getRawQuery() == null ? "" : "?" + place.getRawQuery()))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The replay with what the service has said; as it is if that is not the whole thing. */
    static Response in(Response replay, UpstreamResult result) {
        if (!(result instanceof UpstreamResult.Answered answered)) {
            return replay;
        }
        UpstreamResult.Rest rest = answered.rest();
        if (rest != null) {
            rest.discard();
            return replay;
        }
        Response found = answered.response();
        if (found.status() != 200) {
            return replay;
        }
        Headers headers = replay.headers()
                .filter((name, value) -> !name.equalsIgnoreCase(HttpNames.BODY_OMITTED))
                .with(MARK, "true");
        return replay.withBody(found.body())
                .withHeaders(found.headers()
                        .first("Content-Type")
                        .map(type -> headers.with("Content-Type", type))
                        .orElse(headers));
    }
}
