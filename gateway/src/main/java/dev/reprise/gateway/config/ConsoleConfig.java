package dev.reprise.gateway.config;

import dev.reprise.IdempotencyException;
import dev.reprise.console.access.TokenFile;
import dev.reprise.console.access.TrustedHeader;
import dev.reprise.console.oidc.OidcSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the console, complete and checked.
 *
 * @param access how users show who they are
 * @param users the file of users; null if there is none
 * @param proxy the field in which a proxy names the user; null if none does
 * @param oidc the provider that signs people in; null if none does
 * @param readOnly whether nobody may change anything
 * @param behindTls whether a proxy in front speaks TLS to browsers
 * @param hosts further names under which browsers reach it
 * @param auditFile the file in which it is written down what operators do; null if there is none
 */
public record ConsoleConfig(
        Access access,
        @Nullable Path users,
        @Nullable TrustedHeader proxy,
        @Nullable OidcSettings oidc,
        boolean readOnly,
        boolean behindTls,
        Set<String> hosts,
        @Nullable Path auditFile) {
    /** The name of the audit in a store folder. */
    public static final String AUDIT = "audit.jsonl";

    /** How users show who they are. */
    public enum Access {
        /** By what the settings say. */
        CONFIGURED,
        /** By the secret in the store folder. */
        SECRET,
        /** Nobody can, so there is no console. */
        OFF
    }

    /** Copies the names. */
    public ConsoleConfig {
        hosts = Set.copyOf(hosts);
    }

    /**
     * What was said, with everything filled in that was not.
     *
     * @throws ConfigException if it would let in who should not be
     */
    static ConsoleConfig complete(Layers<ConsoleSection> said, Address admin, StoreLocation store) {
        Path users = said.first(ConsoleSection::users);
        TrustedHeader proxy = proxy(said);
        boolean behindTls = said.first(ConsoleSection::behindTls, false);
        OidcSettings oidc = oidc(said);
        boolean configured = users != null || proxy != null || oidc != null;
        if (configured && !admin.isLoopback() && !behindTls) {
            throw new ConfigException("the console would be reached at " + admin
                            + " without TLS; let admin be an address of the loopback interface, or put a proxy in front that "
                            + "speaks TLS and say console.behind-tls: true")
                    .at("/console");
        }
        requireUsers(users);
        boolean folder = store instanceof StoreLocation.Folder;
        Access access = configured ? Access.CONFIGURED : folder && admin.isLoopback() ? Access.SECRET : Access.OFF;
        return new ConsoleConfig(
                access,
                users,
                proxy,
                oidc,
                said.first(ConsoleSection::readOnly, false),
                behindTls,
                said.first(ConsoleSection::hosts, Set.of()),
                auditFile(said, store));
    }

    static @Nullable Path auditFile(Layers<ConsoleSection> said, StoreLocation store) {
        Path file = said.first(ConsoleSection::auditFile);
        if (file != null && !Files.isWritable(file.toAbsolutePath().getParent())) {
            throw new ConfigException("console.audit-file: there is no folder "
                            + file.toAbsolutePath().getParent() + " that this user may write to")
                    .at("/console/audit-file");
        }
        return file == null && store instanceof StoreLocation.Folder(Path path) ? path.resolve(AUDIT) : file;
    }

    private static @Nullable TrustedHeader proxy(Layers<ConsoleSection> said) {
        String header = said.first(ConsoleSection::trustedHeader);
        Set<String> proxies = said.first(ConsoleSection::trustedProxies, Set.of());
        Set<String> operators = said.first(ConsoleSection::operators, Set.of());
        if (header == null) {
            if (!proxies.isEmpty() || !operators.isEmpty()) {
                throw new ConfigException(
                                "console has trusted-proxies or operators and no trusted-header, which would name the user")
                        .at("/console");
            }
            return null;
        }
        try {
            return new TrustedHeader(header, proxies, operators);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("console.trusted-header: " + e.getMessage(), e).at("/console");
        }
    }

    private static @Nullable OidcSettings oidc(Layers<ConsoleSection> said) {
        OidcSection section = said.first(ConsoleSection::oidc);
        return section == null ? null : section.complete(System.getenv());
    }

    /** A file that cannot be used is found at the start, and not when somebody has to sign in. */
    private static void requireUsers(@Nullable Path users) {
        if (users != null) {
            try {
                TokenFile ignored = TokenFile.read(users);
            } catch (IdempotencyException e) {
                throw new ConfigException("console.users: " + e.getMessage(), e).at("/console/users");
            }
        }
    }
}
