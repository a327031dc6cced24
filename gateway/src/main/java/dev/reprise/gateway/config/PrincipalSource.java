package dev.reprise.gateway.config;

import dev.reprise.console.text.FieldName;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who counts as the same caller (S12): exactly one of the three.
 *
 * @param header the field with the caller's credential, of which only a hash is kept
 * @param trustedHeader the field in which a proxy in front names the caller it has authenticated; callers must not be
 *     able to send it themselves
 * @param signer the field in which callers sign each request anew: whose signature it says that it is counts, and never the
 *     signature. Only somebody who checks signatures can know whether that is true
 */
public record PrincipalSource(
        @Nullable String header,
        @Nullable String trustedHeader,
        @Nullable String signer) {
    /** The hash of the {@code Authorization} field. */
    public static final PrincipalSource AUTHORIZATION = ofHeader("Authorization");

    /** @throws IllegalArgumentException if not exactly one is given, or it cannot be a field */
    public PrincipalSource {
        if (Stream.of(header, trustedHeader, signer).filter(Objects::nonNull).count() != 1) {
            throw new IllegalArgumentException(
                    "the principal comes from header, trusted-header or signer; name one of them");
        }
        FieldName.check(header);
        FieldName.check(trustedHeader);
        FieldName.check(signer);
    }

    /** The hash of a field. */
    public static PrincipalSource ofHeader(String header) {
        return new PrincipalSource(header, null, null);
    }
}
