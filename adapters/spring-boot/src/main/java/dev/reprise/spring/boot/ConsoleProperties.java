package dev.reprise.spring.boot;

import dev.reprise.console.ConsoleSettings;
import dev.reprise.console.access.TokenFile;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;

/**
 * The operator's console within the application.
 *
 * @param enabled Whether there is a console.
 * @param path Where it is, behind the context path, or the base path of WebFlux.
 * @param users The file of users who sign in by a token.
 * @param operatorAuthority The authority, or role, of users of the application who see everything and change it.
 * @param viewerAuthority The authority, or role, of users of the application who see everything.
 * @param readOnly Whether nobody may change anything.
 * @param behindTls Whether browsers reach it by TLS although the application does not see it.
 * @param hosts The names, with their ports, by which browsers reach it; others are refused. Default: all.
 * @param auditFile The file in which it is written down what operators do. Default: the log.
 */
@ConfigurationProperties("reprise.console")
record ConsoleProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("/reprise/console") String path,
        @Nullable Path users,
        @Nullable String operatorAuthority,
        @Nullable String viewerAuthority,
        @DefaultValue("false") boolean readOnly,
        @DefaultValue("false") boolean behindTls,
        @DefaultValue Set<String> hosts,
        @Nullable Path auditFile) {
    /** Whether users of the application may use it. */
    boolean knowsAuthorities() {
        return StringUtils.hasText(operatorAuthority) || StringUtils.hasText(viewerAuthority);
    }

    /**
     * Its settings.
     *
     * @throws IllegalArgumentException if a property cannot be right
     * @throws dev.reprise.IdempotencyException if the file of users cannot be used
     */
    ConsoleSettings.Mounting mounting() {
        if (path.isEmpty()) {
            throw new IllegalArgumentException("path is empty, and the console would take all requests");
        }
        ConsoleSettings.Mounting mounting =
                hosts.isEmpty() ? ConsoleSettings.inApplication() : ConsoleSettings.at("", hosts);
        return mounting.mount(path)
                .users(users == null ? null : TokenFile.read(users))
                .readOnly(readOnly)
                .tls(behindTls);
    }
}
