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
        return object(object, name)
                .flatMap(found -> found.spans().stream().findFirst().map(found::written));
    }

    /** The response with that member in its body; as it is if its body is no JSON object. */
    static Response withMember(Response response, String name, String value) {
        if (response.body().isOmitted() || !MediaType.isJson(response.headers().all("Content-Type"))) {
            return response;
        }
        return object(response.body().bytes(), name)
                .map(found -> found.spans().isEmpty() ? begun(found, name, value) : found.replacing(old -> value))
                .map(changed -> response.withBody(Body.of(changed.getBytes(StandardCharsets.UTF_8))))
                .orElse(response);
    }

    private static Optional<LocatedJson> object(byte[] utf8, String name) {
        return JsonReader.locate(utf8, MemberPaths.ofMember(name))
                .filter(found -> found.value() instanceof Json.Members);
    }

    /** The object with one more member, before the others. */
    private static String begun(LocatedJson object, String name, String value) {
        int begin = object.text().indexOf('{') + 1;
        boolean alone =
                object.value() instanceof Json.Members only && only.members().isEmpty();
        return object.text().substring(0, begin) + Json.quote(name) + ":" + value + (alone ? "" : ",")
                + object.text().substring(begin);
    }
}
