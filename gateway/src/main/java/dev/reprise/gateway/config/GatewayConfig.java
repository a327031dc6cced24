package dev.reprise.gateway.config;

import dev.reprise.encryption.Encryption;
import dev.reprise.http.Cors;
import dev.reprise.http.HttpNames;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a gateway, complete and checked; {@link GatewaySettings} says what the components mean.
 */
public record GatewayConfig(
        Address listen,
        @Nullable ServerTls tls,
        Address admin,
        StoreLocation store,
        @Nullable StoreLocation moveFrom,
        @Nullable Encryption encryption,
        @Nullable Origin upstream,
        UpstreamTls upstreamTls,
        PrincipalSource principal,
        @Nullable Authorization authorization,
        Cors cors,
        HttpNames names,
        boolean trustForwarded,
        CallerRules limits,
        ConsoleConfig console,
        @Nullable WebhookConfig webhook,
        Duration drain,
        List<GatewayRoute> routes) {
    /** Copies the routes. */
    public GatewayConfig {
        routes = List.copyOf(routes);
    }
}
