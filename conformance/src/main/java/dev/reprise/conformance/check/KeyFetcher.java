package dev.reprise.conformance.check;

import dev.reprise.conformance.Field;
import dev.reprise.conformance.Target;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Fetches keys from the endpoint that issues them (S6). */
final class KeyFetcher {
    private KeyFetcher() {}

    /** A new key: from the key's own field of the answer, or from the member {@code key} of its JSON body. */
    static TestKey fetch(Probe probe, URI issuer) {
        Target target = probe.target();
        List<Field> fields = new ArrayList<>(target.fields());
        if (target.credential() != null) {
            fields.add(target.credential());
        }
        WireResponse response = probe.send(new WireRequest("POST", issuer, fields, ""));
        String value = response.first(target.keyHeader())
                .map(KeyFetcher::unquoted)
                .orElseGet(() -> {
                    JsonNode json = Problems.json(response);
                    return json.path("key").asString("");
                });
        if (!response.isSuccess() || value.isEmpty()) {
            throw new SettingsException("POST " + issuer + " answered " + response.status() + ", with no key in"
                    + " the field " + target.keyHeader() + " or in the JSON member key");
        }
        return new TestKey(value, probe.session().clock().instant());
    }

    private static String unquoted(String value) {
        return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }
}
