package dev.reprise.gateway.proxy;

import dev.reprise.Body;
import dev.reprise.Response;
import dev.reprise.gateway.config.Authorization;
import dev.reprise.http.ProblemDetails;
import dev.reprise.http.ProblemType;
import dev.reprise.http.ReplayRules;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import org.jspecify.annotations.Nullable;

/**
 * Asks a service whether a protected request may go on, before anything is looked up (S13). Without a clear answer the
 * request does not go on.
 */
final class AuthorizationCheck {
    private static final int LONGEST_REFUSAL = 64 * 1024;

    private final Authorization settings;
    private final Upstream upstream;
    private final ForwardedFields forwarded;

    AuthorizationCheck(Authorization settings, Upstream upstream, ForwardedFields forwarded) {
        this.settings = settings;
        this.upstream = upstream;
        this.forwarded = forwarded;
    }

    /** What the service said. */
    sealed interface Verdict {
        /**
         * The request may go on.
         *
         * @param principal whom the service names as the caller; null if it is not asked for that
         */
        record Allowed(@Nullable String principal) implements Verdict {}

        /**
         * The request may not go on.
         *
         * @param response what the caller gets
         */
        record Refused(Response response) implements Verdict {}

        /**
         * Nobody knows, so the request does not go on.
         *
         * @param refusal what the caller gets
         */
        record Unavailable(ProblemDetails refusal) implements Verdict {}
    }

    /** @param share what the answer is counted in */
    Future<Verdict> check(HttpServerRequest request, RequestTarget target, MemoryShare share) {
        MultiMap fields = MultiMap.caseInsensitiveMultiMap();
        VertxFields.add(
                ReplayRules.endToEnd(VertxFields.toCore(request.headers()))
                        .filter((name, value) -> !belongsToContent(name) && !name.equalsIgnoreCase("Host")),
                fields);
        forwarded.apply(request, fields);
        fields.set("X-Original-Method", request.method().name());
        fields.set("X-Original-URI", target.sentOn());
        RequestOptions options = new RequestOptions()
                .setAbsoluteURI(settings.url().toString())
                .setMethod(HttpMethod.GET)
                .setConnectTimeout(settings.timeout().toMillis())
                .setHeaders(fields);
        return upstream.exchange(new Upstream.Call(options, Body.EMPTY, LONGEST_REFUSAL, settings.timeout(), share))
                .map(this::verdict);
    }

    private static boolean belongsToContent(String name) {
        return name.equalsIgnoreCase("Expect") || name.regionMatches(true, 0, "Content-", 0, "Content-".length());
    }

    private Verdict verdict(UpstreamResult result) {
        return switch (result) {
            case UpstreamResult.NotReached(String reason) -> unavailable(reason);
            case UpstreamResult.Lost(int status, String reason) -> unavailable(reason);
            case UpstreamResult.Answered answered -> {
                UpstreamResult.Rest rest = answered.rest();
                if (rest != null) {
                    rest.discard();
                }
                yield verdict(answered.response());
            }
        };
    }

    private Verdict verdict(Response response) {
        if (response.status() == 401 || response.status() == 403) {
            return new Verdict.Refused(response);
        }
        if (response.status() >= 300) {
            return unavailable("it answered " + response.status());
        }
        if (settings.principalHeader() == null) {
            return new Verdict.Allowed(null);
        }
        return response.headers()
                .first(settings.principalHeader())
                .filter(name -> !name.isBlank())
                .<Verdict>map(name -> new Verdict.Allowed(Principals.named(name)))
                .orElseGet(() -> unavailable("its answer names nobody in the field " + settings.principalHeader()));
    }

    private static Verdict unavailable(String reason) {
        System.getLogger(AuthorizationCheck.class.getName())
                .log(System.Logger.Level.WARNING, "The authorization service gives no verdict: {0}", reason);
        return new Verdict.Unavailable(ProblemType.UPSTREAM_UNAVAILABLE
                .refusal("It cannot be checked whether you may do this, so nothing was executed. Ask again later.")
                .withStatus(503));
    }
}
