package dev.reprise.http;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a route keeps from records (S18). All responses that become records of the route come through here, whoever made them.
 * Thread-safe.
 *
 * <p>Nothing that is named here is ever recorded: a body that cannot be looked into is left out as a whole (S21).
 */
final class Unrecorded {
    private static final System.Logger LOG = System.getLogger(Unrecorded.class.getName());

    /** They are wrong for another body, and tell of this one: a short value can be guessed by a hash of what it is in. */
    private static final Set<String> MADE_FROM_BODY = Set.of(
            "content-digest",
            "content-md5",
            "digest",
            "etag",
            "repr-digest",
            "signature",
            "signature-input",
            "x-jws-signature");

    private final String route;
    private final Set<String> fields;
    private final MemberPaths members;
    private final AtomicBoolean told = new AtomicBoolean();

    /** What that route keeps from records. */
    Unrecorded(Route route) {
        this.route = route.name();
        this.fields = route.unrecordedFields();
        this.members = MemberPaths.of(route.unrecordedMembers());
    }

    /** The response as a record of the route keeps it. */
    Response recordable(Response response) {
        boolean complete = members.isEmpty() || response.body().equals(Body.EMPTY);
        return ReplayRules.recordable(complete ? response : withoutMembers(response), fields);
    }

    private Response withoutMembers(Response response) {
        Body body = response.body();
        Body kept = withoutMembers(response.headers(), body);
        if (kept.isOmitted() && !body.isOmitted()) {
            tell();
        }
        if (!kept.isOmitted() && kept.equals(body)) {
            return response;
        }
        Headers headers = withoutMadeFromBody(response.headers());
        return response.withBody(kept)
                .withHeaders(kept.isOmitted() ? headers : headers.with(HttpNames.MEMBERS_OMITTED, "true"))
                .withTrailers(withoutMadeFromBody(response.trailers()));
    }

    /** The body with nothing else changed, or the mark that it is left out. */
    private Body withoutMembers(Headers headers, Body body) {
        boolean readable = !body.isOmitted()
                && MediaType.isCertainlyJson(headers.all("Content-Type"))
                && ContentCodings.isNone(headers.all("Content-Encoding"));
        return readable ? withoutMembers(body) : Body.OMITTED;
    }

    /** Whatever goes wrong, as where there is no memory to look into it: the operation has its outcome, and that is recorded. */
    private Body withoutMembers(Body body) {
        try {
            return JsonReader.locateWithRepetitions(body.bytes(), members)
                    .map(json -> json.replacing(Unrecorded::emptied).getBytes(StandardCharsets.UTF_8))
                    .map(Body::of)
                    .orElse(Body.OMITTED);
        } catch (RuntimeException | Error e) {
            return Body.OMITTED;
        }
    }

    /** The empty value of the same type: whoever reads the type reads it, and it passes for nothing in most languages. */
    private static String emptied(String written) {
        return switch (written.charAt(0)) {
            case '"' -> "\"\"";
            case '{' -> "{}";
            case '[' -> "[]";
            case 't', 'f' -> "false";
            case 'n' -> "null";
            default -> "0";
        };
    }

    private static Headers withoutMadeFromBody(Headers headers) {
        return headers.filter((name, value) -> !MADE_FROM_BODY.contains(name.toLowerCase(Locale.ROOT)));
    }

    /** Once aloud: error pages of a service are such answers, and there may be many of them. */
    private void tell() {
        LOG.log(
                told.compareAndSet(false, true) ? Level.WARNING : Level.DEBUG,
                "An answer of the route " + route
                        + " is recorded without its body, and so are others like it: members are kept from its records, "
                        + "and they can only be looked for in JSON that is not encoded");
    }
}
