package dev.reprise.console.operations;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import dev.reprise.console.text.FieldName;
import dev.reprise.encryption.Encryption;
import dev.reprise.http.ReplayRules;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A recorded response, as an operator reads and writes it.
 *
 * @param status its status
 * @param headers its fields, each as {@code name: value}
 * @param body its content
 * @param encoding how the content is written
 */
public record RecordedResponse(int status, List<String> headers, String body, Encoding encoding) {
    private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");

    /** Fills in what may be left out: no fields, no content, as text. */
    public RecordedResponse {
        headers = headers == null
                ? List.of()
                : headers.stream().map(String::valueOf).toList();
        body = body == null ? "" : body;
        encoding = encoding == null ? Encoding.TEXT : encoding;
    }

    /** How content is written in text. */
    public enum Encoding {
        /** As it is. */
        TEXT,
        /** In Base64, because it is no text in UTF-8. */
        BASE64,
        /** Not at all, because it was too long to record. */
        OMITTED,
        /** Not here, with the fields, because a listing of many would hold too much; the operation alone has it. */
        LEFT_OUT,
        /** Not readable here, with the fields, because it is encrypted and whoever asked has not given its key. */
        ENCRYPTED
    }

    /** A response that an operator describes. */
    public static RecordedResponse of(int status, List<String> headers, byte[] body) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return new RecordedResponse(status, headers, text, Encoding.TEXT);
        } catch (CharacterCodingException e) {
            return new RecordedResponse(status, headers, Base64.getEncoder().encodeToString(body), Encoding.BASE64);
        }
    }

    /** The response as it is recorded. */
    public static RecordedResponse of(Response response) {
        if (Encryption.isEncrypted(response.body())) {
            return new RecordedResponse(response.status(), List.of(), "", Encoding.ENCRYPTED);
        }
        List<String> lines = new ArrayList<>();
        response.headers().forEach((name, value) -> lines.add(name + ": " + value));
        return response.body().isOmitted()
                ? new RecordedResponse(response.status(), lines, "", Encoding.OMITTED)
                : of(response.status(), lines, response.body().bytes());
    }

    /** The status alone, which is all that a listing of many has. */
    static RecordedResponse ofStatus(int status) {
        return new RecordedResponse(status, List.of(), "", Encoding.LEFT_OUT);
    }

    /** The status of an answer that is encrypted with a key which is not among those given. */
    static RecordedResponse unreadable(Response response) {
        return new RecordedResponse(response.status(), List.of(), "", Encoding.ENCRYPTED);
    }

    /**
     * The response that is described.
     *
     * @throws IllegalArgumentException if the status is none, a field has no name or is never replayed, or the content is not
     *     as encoded
     */
    public Response toResponse() {
        Headers.Builder fields = Headers.builder();
        for (String line : headers) {
            int colon = Math.max(0, line.indexOf(':'));
            String name = line.substring(0, colon);
            String value = line.substring(Math.min(colon + 1, line.length())).strip();
            if (!FieldName.isToken(name) || !VALUE.matcher(value).matches()) {
                throw new IllegalArgumentException(
                        '"' + line + "\" is not a header field; write it as in Content-Type: text/plain");
            }
            fields.add(name, value);
        }
        Body content = switch (encoding) {
            case TEXT -> Body.of(body.getBytes(StandardCharsets.UTF_8));
            case BASE64 -> Body.of(Base64.getDecoder().decode(body));
            case OMITTED -> Body.OMITTED;
            case ENCRYPTED -> throw new IllegalArgumentException("The content is encrypted; say it in plain");
            case LEFT_OUT ->
                throw new IllegalArgumentException(
                        "The content was left out of a listing; say it, or get it by the operation's key");
        };
        Response described = new Response(status, fields.build(), content);
        requireReplayed(described);
        return described;
    }

    /** What would be dropped without a word is refused; the length is worked out from the content. */
    private static void requireReplayed(Response described) {
        Headers replayed = ReplayRules.recordable(described).headers();
        described.headers().forEach((name, value) -> {
            if (replayed.first(name).isEmpty() && !name.equalsIgnoreCase("Content-Length")) {
                throw new IllegalArgumentException(
                        "The field " + name + " belongs to one exchange and is never replayed (S18); leave it out");
            }
        });
    }
}
