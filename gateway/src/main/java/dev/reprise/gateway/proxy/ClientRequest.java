package dev.reprise.gateway.proxy;

import dev.reprise.http.RequestView;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request as the choreography sees it.
 *
 * <p>Used by one thread at a time, first the event loop and then the thread of the exchange.
 */
final class ClientRequest implements RequestView {
    private final Caller caller;
    private final HttpServerRequest request;
    private final RequestTarget target;
    private final Function<HttpServerRequest, String> principals;
    private @Nullable String authorized;

    ClientRequest(Caller caller, RequestTarget target, Function<HttpServerRequest, String> principals) {
        this.caller = caller;
        this.request = caller.request();
        this.target = target;
        this.principals = principals;
    }

    /** The target as it was sent. */
    RequestTarget target() {
        return target;
    }

    /** Lets the authorisation's word about the caller count instead of the request's own. */
    void authorizedAs(String principal) {
        this.authorized = principal;
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String path() {
        return target.path();
    }

    @Override
    public String query() {
        return target.query();
    }

    @Override
    public List<String> header(String name) {
        return request.headers().getAll(name);
    }

    @Override
    public String host() {
        HostAndPort authority = request.authority();
        return authority == null ? "" : authority.toString();
    }

    @Override
    public BooleanSupplier callerGone() {
        return () -> caller.over().isComplete();
    }

    @Override
    public String principal() {
        return authorized == null ? principals.apply(request) : authorized;
    }
}
