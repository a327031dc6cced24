package dev.reprise.gateway.operations;

import dev.reprise.FencingToken;
import dev.reprise.IdempotencyException;
import dev.reprise.OperationId;
import dev.reprise.Response;
import dev.reprise.console.operations.Initiator;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.operations.OperationListing;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.Operations;
import dev.reprise.console.operations.ReconcileOutcome;
import dev.reprise.console.operations.RecordedResponse;
import dev.reprise.console.text.OperationsJson;
import dev.reprise.gateway.config.Address;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/** Operations of a running gateway, through its admin address. */
public final class RemoteOperations implements Operations {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final AdminAccess access;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** Operations of the gateway that left this access. */
    public RemoteOperations(AdminAccess access) {
        this.access = access;
    }

    @Override
    public OperationListing list(OperationFilter filter) {
        return send("/operations?" + filter.toQuery(), "GET", null, new TypeReference<>() {});
    }

    @Override
    public Ending release(OperationId id, FencingToken seen, Initiator who) {
        return end(EndRequest.of(id, seen, null, who));
    }

    @Override
    public Ending resolve(OperationId id, FencingToken seen, Response response, Initiator who) {
        return end(EndRequest.of(id, seen, RecordedResponse.of(response), who));
    }

    private Ending end(EndRequest request) {
        String json = OperationsJson.MAPPER.writeValueAsString(request);
        return send("/operations/end", "POST", json, new TypeReference<>() {});
    }

    @Override
    public long eraseAnswers(List<OperationView> seen, Initiator who) {
        String json = OperationsJson.MAPPER.writeValueAsString(new EraseRequest(seen, who.by(), who.reason()));
        return send("/operations/erase", "POST", json, new TypeReference<Long>() {});
    }

    /** Its route may say how; the gateway tells when it is asked. */
    @Override
    public boolean hasReconciler(OperationId id) {
        return true;
    }

    @Override
    public ReconcileOutcome reconcile(OperationId id, FencingToken seen, Initiator who) {
        String json = OperationsJson.MAPPER.writeValueAsString(EndRequest.of(id, seen, null, who));
        return send("/operations/reconcile", "POST", json, new TypeReference<>() {});
    }

    @Override
    public long purge(Initiator who) {
        String query = "by=" + encoded(who.by()) + "&reason=" + encoded(who.reason());
        return send("/operations/purge?" + query, "POST", "", new TypeReference<Long>() {});
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private <T> T send(String path, String method, @Nullable String body, TypeReference<T> type) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + reachable(access.address()) + path))
                .timeout(TIMEOUT)
                .header("Authorization", access.credential())
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = exchange(request);
        if (response.statusCode() != 200) {
            throw new IdempotencyException(
                    "The gateway at " + access.address() + " answered " + response.statusCode() + ": "
                            + response.body().strip(),
                    null);
        }
        try {
            return OperationsJson.MAPPER.readValue(response.body(), type);
        } catch (JacksonException e) {
            throw new IdempotencyException("What answers at " + access.address() + " is not a gateway", e);
        }
    }

    private HttpResponse<String> exchange(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IdempotencyException(
                    "The gateway does not answer at its admin address " + access.address()
                            + "; see whether it is running",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IdempotencyException("Interrupted while the gateway was asked", e);
        }
    }

    /** A gateway that listens everywhere is reached through the loopback interface. */
    private static Address reachable(Address address) {
        return switch (address.host()) {
            case "0.0.0.0" -> new Address("127.0.0.1", address.port());
            case "::" -> new Address("::1", address.port());
            default -> address;
        };
    }

    @Override
    public void close() {
        client.close();
    }
}
