package dev.reprise.http;

import dev.reprise.Body;
import dev.reprise.Response;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Changes one member of a JSON object, and leaves every other byte as it is. */
final class JsonText {
    private JsonText() {}

    /** The member of the object as it is written; nothing if there is none, or no object. */
    static Optional<String> member(byte[] object, String name) {
        return JsonReader.memberSpan(object, name)
                .filter(JsonReader.Span::exists)
                .map(span -> new String(object, StandardCharsets.UTF_8).substring(span.start(), span.end()));
    }

    /** The response with that member in its body; as it is if its body is no JSON object. */
    static Response withMember(Response response, String name, String value) {
        if (response.body().isOmitted() || !MediaType.isJson(response.headers().all("Content-Type"))) {
            return response;
        }
        byte[] body = response.body().bytes();
        return JsonReader.memberSpan(body, name)
                .map(span -> {
                    String text = new String(body, StandardCharsets.UTF_8);
                    String written = span.exists()
                            ? value
                            : Json.quote(name) + ":" + value + (span.isInEmptyObject() ? "" : ",");
                    String changed = text.substring(0, span.start()) + written + text.substring(span.end());
                    return response.withBody(Body.of(changed.getBytes(StandardCharsets.UTF_8)));
                })
                .orElse(response);
    }
}
