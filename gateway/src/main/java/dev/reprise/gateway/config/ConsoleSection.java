package dev.reprise.gateway.config;

import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said about the console; null is what was not said.
 *
 * @param users the file of users, who sign in by a token
 * @param trustedHeader the field in which a proxy in front names the user
 * @param trustedProxies the addresses of the proxies that are believed
 * @param operators the users named by the proxy who may change something
 * @param oidc the provider that signs people in
 * @param readOnly whether nobody may change anything
 * @param behindTls whether a proxy in front speaks TLS to browsers
 * @param hosts the names, with their ports, under which browsers reach it besides the admin address
 * @param auditFile the file in which it is written down what operators do
 */
public record ConsoleSection(
        @Nullable Path users,
        @Nullable String trustedHeader,
        @Nullable Set<String> trustedProxies,
        @Nullable Set<String> operators,
        @Nullable OidcSection oidc,
        @Nullable Boolean readOnly,
        @Nullable Boolean behindTls,
        @Nullable Set<String> hosts,
        @Nullable Path auditFile) {}
