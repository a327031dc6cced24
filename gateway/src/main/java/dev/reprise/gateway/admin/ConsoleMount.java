package dev.reprise.gateway.admin;

import dev.reprise.IdempotencyException;
import dev.reprise.console.Console;
import dev.reprise.console.ConsoleRequest;
import dev.reprise.console.ConsoleResponse;
import dev.reprise.console.ConsoleSettings;
import dev.reprise.console.access.TokenFile;
import dev.reprise.console.charts.Activity;
import dev.reprise.console.oidc.OidcProvider;
import dev.reprise.console.oidc.OidcSettings;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.config.ConsoleConfig;
import dev.reprise.gateway.operations.AdminAccess;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The console at the admin address. It is made when somebody asks for it: most gateways never need it. Thread-safe. */
public final class ConsoleMount implements AutoCloseable {
    /** The path at which it is. */
    public static final String PLACE = "/console";

    private static final System.Logger LOG = System.getLogger(ConsoleMount.class.getName());

    private final ConsoleConfig config;
    private final Supplier<StoreOperations> operations;
    private final Supplier<List<String>> health;
    private final String store;
    private final @Nullable Activity activity;
    private @Nullable Console console;
    private @Nullable OidcProvider provider;

    /**
     * A place for the console.
     *
     * @param operations what it shows and changes; made when it is
     * @param health what is wrong with the process; does not block
     * @param store where the records are, in words
     * @param activity what the process has done; null if nobody counts that
     */
    public ConsoleMount(
            ConsoleConfig config,
            Supplier<StoreOperations> operations,
            Supplier<List<String>> health,
            String store,
            @Nullable Activity activity) {
        this.config = config;
        this.operations = operations;
        this.health = health;
        this.store = store;
        this.activity = activity;
    }

    /** Whether the path is one of the console. */
    static boolean has(String path) {
        return path.equals(PLACE) || path.startsWith(PLACE + "/");
    }

    void handle(Vertx vertx, HttpServerRequest request, @Nullable AdminAccess access) {
        if (config.access() == ConsoleConfig.Access.OFF || access == null) {
            text(
                    request,
                    404,
                    "The console is off, because nobody could sign in: say console.users, console.oidc or console.trusted-header, see "
                            + "docs/console.md");
            return;
        }
        if (!request.method().equals(HttpMethod.POST)) {
            answer(vertx, request, access, "");
            return;
        }
        // A form without its length could have any.
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            text(request, 411, "A form with its length is expected");
        } else if (length.length() > 9 || Long.parseLong(length) > Console.LONGEST_FORM) {
            text(request, 413, "A form of at most " + Console.LONGEST_FORM + " bytes is expected");
        } else {
            request.body().onSuccess(form -> answer(vertx, request, access, form.toString()));
        }
    }

    private void answer(Vertx vertx, HttpServerRequest request, AdminAccess access, String form) {
        vertx.executeBlocking(() -> console(access).handle(read(request, form)), false)
                .onSuccess(response -> write(request.response(), response))
                .onFailure(failure -> {
                    LOG.log(Level.ERROR, "A request to the console failed", failure);
                    // The store may not answer before there is a console that could say so.
                    int status = failure instanceof IdempotencyException ? 503 : 500;
                    text(request, status, "That went wrong; the log says why");
                });
    }

    private static ConsoleRequest read(HttpServerRequest request, String form) {
        String path = request.path() == null ? "" : request.path().substring(PLACE.length());
        return new ConsoleRequest(
                request.method().name(),
                path,
                request.query(),
                form,
                name -> field(request, name),
                request.remoteAddress().hostAddress());
    }

    /** HTTP/2 has another name for the host. */
    private static @Nullable String field(HttpServerRequest request, String name) {
        List<String> values = request.headers().getAll(name);
        return values.isEmpty() && name.equals("Host") && request.authority() != null
                ? request.authority().toString()
                : ConsoleRequest.said(name, values);
    }

    private static void write(HttpServerResponse to, ConsoleResponse response) {
        to.setStatusCode(response.status());
        response.headers().forEach(to::putHeader);
        to.end(Buffer.buffer(response.body().bytes()));
    }

    private static void text(HttpServerRequest request, int status, String sentence) {
        request.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(sentence + "\n");
    }

    private synchronized Console console(AdminAccess access) {
        Console made = console;
        if (made == null) {
            Path users = config.users();
            OidcSettings oidc = config.oidc();
            if (provider == null && oidc != null) {
                provider = new OidcProvider(oidc);
            }
            made = new Console(
                    ConsoleSettings.at(PLACE, hosts(access.address()))
                            .tls(config.behindTls())
                            .readOnly(config.readOnly())
                            .users(users == null ? null : TokenFile.read(users))
                            .proxy(config.proxy())
                            .provider(provider)
                            .secret(config.access() == ConsoleConfig.Access.SECRET ? access::isSecret : null)
                            .health(health)
                            .store(store)
                            .build(),
                    operations.get(),
                    activity);
            console = made;
        }
        return made;
    }

    private Set<String> hosts(Address address) {
        Set<String> hosts = new HashSet<>(config.hosts());
        hosts.add(address.toString());
        if (address.isLoopback()) {
            Set.of("localhost", "127.0.0.1", "[::1]").forEach(name -> hosts.add(name + ":" + address.port()));
        }
        return hosts;
    }

    @Override
    public synchronized void close() {
        if (console != null) {
            console.close();
        }
        if (provider != null) {
            provider.close();
        }
    }
}
