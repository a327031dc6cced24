package dev.reprise.gateway.config;

import org.jspecify.annotations.Nullable;

/**
 * Who counts as the same caller (S12): exactly one of the two.
 *
 * @param header the field with the caller's credential, of which only a hash is kept
 * @param trustedHeader the field in which a proxy in front names the caller it has authenticated; callers must not be
 *     able to send it themselves
 */
public record PrincipalSource(
        @Nullable String header, @Nullable String trustedHeader) {
    /** The hash of the {@code Authorization} field. */
    public static final PrincipalSource AUTHORIZATION = new PrincipalSource("Authorization", null);

    /** @throws IllegalArgumentException if none or both are given, or it cannot be a field */
    public PrincipalSource {
        if ((header == null) == (trustedHeader == null)) {
            throw new IllegalArgumentException(
                    "the principal comes from either header or trusted-header; name one of them");
        }
        FieldName.check(header);
        FieldName.check(trustedHeader);
    }
}
