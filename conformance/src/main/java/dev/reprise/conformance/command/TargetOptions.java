package dev.reprise.conformance.command;

import dev.reprise.conformance.EffectQuery;
import dev.reprise.conformance.Field;
import dev.reprise.conformance.Payload;
import dev.reprise.conformance.Profile;
import dev.reprise.conformance.RequestVariant;
import dev.reprise.conformance.Target;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the command line says of the target. */
final class TargetOptions {
    @Option(
            names = "--method",
            paramLabel = "METHOD",
            defaultValue = "POST",
            description = "The method. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String method;

    @Option(
            names = "--profile",
            paramLabel = "PROFILE",
            converter = Converters.ProfileName.class,
            defaultValue = "ietf",
            description = "ietf, stripe, oasis, acp or adcp. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Profile profile;

    @Option(names = "--body", paramLabel = "TEXT", description = "The body of the request. It is executed many times.")
    private @Nullable String body;

    @Option(names = "--body-file", paramLabel = "FILE", description = "The same, from a file in UTF-8.")
    private @Nullable Path bodyFile;

    @Option(
            names = "--content-type",
            paramLabel = "TYPE",
            defaultValue = "application/json",
            description = "The media type of all bodies. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String contentType;

    @Option(
            names = "--other-body",
            paramLabel = "TEXT",
            description = "Another acceptable body, for the same key. Default: the body with one number made smaller.")
    private @Nullable String otherBody;

    @Option(
            names = "--header",
            paramLabel = "'NAME: VALUE'",
            converter = Converters.Header.class,
            description = "A header field for every request; may be repeated.")
    private List<Field> headers = new ArrayList<>();

    @Option(
            names = "--credential",
            paramLabel = "'NAME: VALUE'",
            converter = Converters.Header.class,
            description = "The header field that says who asks.")
    private @Nullable Field credential;

    @Option(
            names = "--second-credential",
            paramLabel = "'NAME: VALUE'",
            converter = Converters.Header.class,
            description = "The same field of another caller who may do the same.")
    private @Nullable Field secondCredential;

    @Option(
            names = "--revoked-credential",
            paramLabel = "'NAME: VALUE'",
            converter = Converters.Header.class,
            description = "The same field of a caller who may not.")
    private @Nullable Field revokedCredential;

    @Option(
            names = "--effects",
            paramLabel = "URL",
            converter = Converters.Url.class,
            description = "Where a GET shows how often something was executed. Default: answers are compared.")
    private @Nullable URI effects;

    @Option(
            names = "--count",
            paramLabel = "POINTER",
            defaultValue = "",
            description = "A JSON Pointer or a JSONPath into that answer, to a number or an array. Default: the whole.")
    @SuppressWarnings("NullAway.Init")
    private String count;

    @Option(
            names = "--key-header",
            paramLabel = "NAME",
            description = "The header field of the key. Default: that of the profile.")
    private @Nullable String keyHeader;

    @Option(names = "--key-required", description = "Requests without a key are to be refused.")
    private boolean keyRequired;

    @Option(names = "--rejects-duplicates", description = "Finished operations are to be refused, not replayed.")
    private boolean rejectsDuplicates;

    @Option(
            names = "--slow-header",
            paramLabel = "'NAME: VALUE'",
            converter = Converters.Header.class,
            description = "A header field that makes the handler take half a second at least.")
    private @Nullable Field slowHeader;

    @Option(
            names = "--slow-body",
            paramLabel = "TEXT",
            description = "A body that makes the handler take half a second at least.")
    private @Nullable String slowBody;

    @Option(
            names = "--refused-header",
            paramLabel = "'NAME: VALUE'",
            converter = Converters.Header.class,
            description = "A header field that gets a 4xx of the handler itself.")
    private @Nullable Field refusedHeader;

    @Option(
            names = "--refused-body",
            paramLabel = "TEXT",
            description = "A body that gets a 4xx of the handler itself.")
    private @Nullable String refusedBody;

    @Option(
            names = "--failing-header",
            paramLabel = "'NAME: VALUE'",
            converter = Converters.Header.class,
            description = "A header field that gets a 5xx after the work was done.")
    private @Nullable Field failingHeader;

    @Option(
            names = "--failing-body",
            paramLabel = "TEXT",
            description = "A body that gets a 5xx after the work was done.")
    private @Nullable String failingBody;

    @Option(
            names = "--large-header",
            paramLabel = "'NAME: VALUE'",
            converter = Converters.Header.class,
            description = "A header field that gets a response too large to be recorded.")
    private @Nullable Field largeHeader;

    @Option(
            names = "--large-body",
            paramLabel = "TEXT",
            description = "A body that gets a response too large to be recorded.")
    private @Nullable String largeBody;

    @Option(names = "--origin", paramLabel = "ORIGIN", description = "An origin that browsers may call from.")
    private @Nullable String origin;

    @Option(
            names = "--retention",
            paramLabel = "TIME",
            converter = Converters.Time.class,
            description = "The configured retention, if it is short enough to wait for.")
    private @Nullable Duration retention;

    @Option(
            names = "--issuer",
            paramLabel = "URL",
            converter = Converters.Url.class,
            description = "Where a POST issues keys.")
    private @Nullable URI issuer;

    @Option(
            names = "--key-lifetime",
            paramLabel = "TIME",
            converter = Converters.Time.class,
            description = "How long an issued key may be used, if that is short enough to wait for.")
    private @Nullable Duration keyLifetime;

    @Option(
            names = "--unsupported-method",
            paramLabel = "METHOD",
            description = "An unsafe method without support for keys, harmless at this URL (profile oasis).")
    private @Nullable String unsupportedMethod;

    /** @throws IllegalArgumentException if the options do not fit together */
    Target target(URI url) {
        if (body != null && bodyFile != null) {
            throw new IllegalArgumentException("Give --body or --body-file, not both");
        }
        return Target.at(url)
                .method(method)
                .profile(profile)
                .body(payload(bodyFile == null ? body : read(bodyFile)))
                .otherBody(payload(otherBody))
                .fields(headers)
                .credential(credential)
                .secondCredential(secondCredential)
                .revokedCredential(revokedCredential)
                .effects(effects == null ? null : new EffectQuery(effects, count))
                .keyHeader(keyHeader)
                .keyRequired(keyRequired)
                .rejectsDuplicates(rejectsDuplicates)
                .slow(variant(slowHeader, slowBody))
                .refused(variant(refusedHeader, refusedBody))
                .failing(variant(failingHeader, failingBody))
                .large(variant(largeHeader, largeBody))
                .origin(origin)
                .retention(retention)
                .issuer(issuer)
                .keyLifetime(keyLifetime)
                .unsupportedMethod(unsupportedMethod)
                .build();
    }

    private @Nullable RequestVariant variant(@Nullable Field field, @Nullable String text) {
        return field == null && text == null
                ? null
                : new RequestVariant(field == null ? List.of() : List.of(field), payload(text));
    }

    private @Nullable Payload payload(@Nullable String text) {
        return text == null ? null : new Payload(contentType, text);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalArgumentException("The body cannot be read from " + file + ": " + e.getMessage(), e);
        }
    }
}
