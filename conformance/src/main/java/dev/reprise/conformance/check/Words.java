package dev.reprise.conformance.check;

import dev.reprise.conformance.Field;
import dev.reprise.conformance.Target;
import dev.reprise.conformance.wire.WireAttempt;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Requests and responses as reports show them: without credentials, and without whole keys and bodies. */
final class Words {
    private static final List<String> SHOWN =
            List.of("Location", "Retry-After", WireProfile.REPLAYED, OasisWireProfile.RESULT);

    private final Target target;

    Words(Target target) {
        this.target = target;
    }

    String of(WireRequest request) {
        List<String> words = new ArrayList<>();
        words.add(request.method() + " " + path(request.uri()));
        for (Field field : request.fields()) {
            if (field.isNamed(target.keyHeader())) {
                words.add(field.name() + ": " + TestKey.shortened(field.value()));
            } else if (field.isNamed("Origin") || field.name().startsWith("Access-Control-") || isCompanion(field)) {
                words.add(field.name() + ": " + field.value());
            } else if (target.credential() != null
                    && field.isNamed(target.credential().name())) {
                words.add("as " + who(field));
            }
        }
        if (request.body() != null) {
            words.add(request.body().length() + " bytes");
        }
        return String.join(", ", words);
    }

    String of(WireAttempt attempt) {
        return switch (attempt) {
            case WireAttempt.Answered answered -> of(answered.response());
            case WireAttempt.Failed failed -> failed.detail();
        };
    }

    String of(WireResponse response) {
        List<String> words = new ArrayList<>();
        words.add(Integer.toString(response.status()));
        if (!response.body().isEmpty()) {
            words.add(response.body().length() + " bytes of "
                    + (response.mediaType().isEmpty() ? "no type" : response.mediaType()));
        }
        SHOWN.forEach(name -> response.first(name).ifPresent(value -> words.add(name + ": " + value)));
        String type = Problems.type(response);
        if (!type.isEmpty()) {
            words.add("type: " + type);
        }
        return String.join(", ", words);
    }

    private static boolean isCompanion(Field field) {
        return field.isNamed(OasisWireProfile.FIRST_SENT);
    }

    private String who(Field field) {
        return field.equals(target.credential())
                ? "the first caller"
                : field.equals(target.secondCredential())
                        ? "the second caller"
                        : field.equals(target.revokedCredential()) ? "the revoked caller" : "somebody";
    }

    private static String path(URI uri) {
        return uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    }
}
