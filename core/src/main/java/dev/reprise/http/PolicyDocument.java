package dev.reprise.http;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationPolicy;
import dev.reprise.Response;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What each route promises, for programs (S23). It holds nothing that a caller could not find out by asking. */
final class PolicyDocument {
    private PolicyDocument() {}

    static Response of(List<Protection> protections, HttpNames names) {
        String json = "{\"version\":1,\"replay_field\":" + Json.quote(names.replayed()) + ",\"retention_field\":"
                + Json.quote(HttpNames.RETENTION) + ",\"documentation\":" + Json.quote(names.documentation())
                + ",\"routes\":"
                + array(protections.stream()
                        .filter(protection -> !protection.route().methods().isEmpty())
                        .map(PolicyDocument::route))
                + "}\n";
        return new Response(
                200,
                Headers.of("Content-Type", "application/json", "Cache-Control", "max-age=60"),
                Body.of(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static String route(Protection protection) {
        Route route = protection.route();
        OperationPolicy policy = route.policy();
        Fingerprinting compared = route.fingerprints().get(0);
        return "{\"path\":" + Json.quote(route.pattern().text())
                + ",\"methods\":" + texts(route.methods().stream().sorted())
                + ",\"profile\":" + Json.quote(written(route.profile()))
                + ",\"key\":{\"required\":" + route.keyRequired()
                + ",\"max_length\":" + IdempotencyKey.MAX_LENGTH
                + ",\"sources\":"
                + texts(protection.keys().sources().stream()
                        .map(source -> written(source.place()) + ":" + source.name()))
                + (route.issuedKeys() == null
                        ? ""
                        : ",\"issued_at\":" + Json.quote(route.issuedKeys().endpoint()))
                + (route.derivedKeys() == null
                        ? ""
                        : ",\"derived\":{\"from\":" + parts(route.derivedKeys().from()) + ",\"window_seconds\":"
                                + route.derivedKeys().window().toSeconds() + "}")
                + "},\"scope\":" + texts(Stream.concat(Stream.of("principal"), written(route.scope())))
                + ",\"compared\":{\"head\":" + texts(compared.head().stream().map(PolicyDocument::written))
                + ",\"body\":" + Json.quote(written(compared.content()))
                + ",\"fields\":" + texts(compared.fields().stream())
                + ",\"headers\":" + texts(compared.headers().stream())
                + "},\"retention_seconds\":" + policy.retention().toSeconds()
                + ",\"in_flight\":{\"behaviour\":" + (policy.maxWait().isZero() ? "\"reject\"" : "\"wait\"")
                + ",\"max_wait_seconds\":" + policy.maxWait().toSeconds()
                + "},\"duplicates\":" + Json.quote(written(policy.duplicates()))
                + ",\"uncertain\":" + Json.quote(written(policy.uncertain()))
                + ",\"not_recorded\":" + texts(route.effects().none().stream().map(StatusRange::toString))
                + ",\"outcome_unknown\":"
                + texts(route.effects().uncertain().stream().map(StatusRange::toString))
                + ",\"max_request_body\":" + route.maxRequestBody()
                + ",\"max_response_body\":" + route.maxResponseBody() + "}";
    }

    private static String parts(Collection<RequestPart> parts) {
        return texts(written(parts));
    }

    private static Stream<String> written(Collection<RequestPart> parts) {
        return parts.stream().map(part -> written(part.place()) + (part.name().isEmpty() ? "" : ":" + part.name()));
    }

    private static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String texts(Stream<String> texts) {
        return array(texts.map(Json::quote));
    }

    private static String array(Stream<String> values) {
        return values.collect(Collectors.joining(",", "[", "]"));
    }
}
