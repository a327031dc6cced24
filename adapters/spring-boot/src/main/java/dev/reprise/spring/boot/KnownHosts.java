package dev.reprise.spring.boot;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The hosts whose services know idempotency keys; the others would execute twice what is sent twice. */
record KnownHosts(Set<String> names) {
    private static final String ALL = "*";

    KnownHosts {
        names = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    boolean areAskedBy(URI request) {
        @Nullable String host = request.getHost();
        return names.contains(ALL) || (host != null && names.contains(host.toLowerCase(Locale.ROOT)));
    }
}
