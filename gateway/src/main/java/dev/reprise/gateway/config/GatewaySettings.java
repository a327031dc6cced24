package dev.reprise.gateway.config;

import dev.reprise.encryption.Encryption;
import dev.reprise.http.Cors;
import dev.reprise.http.HttpNames;
import dev.reprise.http.KeyIssuer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that was said about a gateway, by options and in a file. Immutable. */
public final class GatewaySettings {
    /** Nothing said. */
    public static final GatewaySettings NONE = new GatewaySettings(new Layers<>(List.of()));

    private static final List<RouteSettings> EVERYTHING = List.of(RouteSettings.ofPath("/**"));

    private final Layers<SettingsSource> said;

    private GatewaySettings(Layers<SettingsSource> said) {
        this.said = said;
    }

    /** What one source says. */
    static GatewaySettings of(SettingsSource source) {
        return new GatewaySettings(new Layers<>(List.of(source)));
    }

    /** Nothing said but the service behind everything. */
    public static GatewaySettings ofUpstream(Origin upstream) {
        SettingsSource source = new SettingsSource();
        source.upstream = upstream;
        return of(source);
    }

    /** Nothing said but where callers and the operator connect, and the folder of the records. */
    public static GatewaySettings at(Address listen, Address admin, Path store) {
        SettingsSource source = new SettingsSource();
        source.listen = listen;
        source.admin = admin;
        source.store = store;
        return of(source);
    }

    /** These settings, and those of the others where nothing is said here. */
    public GatewaySettings orElse(GatewaySettings others) {
        return new GatewaySettings(said.orElse(others.said));
    }

    /** These settings, with the keys of encryption in this file. */
    public GatewaySettings withEncryptionKeys(Path keys) {
        SettingsSource source = new SettingsSource();
        source.encryption = new EncryptionSettings(keys, null);
        return of(source).orElse(this);
    }

    /** The file in which it is written down what operators do; null if there is none. */
    public @Nullable Path auditFile() {
        return ConsoleConfig.auditFile(said.section(s -> s.console), location());
    }

    /** Whether anything is said about what is behind the gateway. */
    public boolean namesUpstreamOrRoutes() {
        return said.sources().stream().anyMatch(SettingsSource::namesUpstreamOrRoutes);
    }

    /** Where the records are. */
    public StoreLocation location() {
        return said.first(SettingsSource::location, new StoreLocation.Folder(Path.of("reprise-data")));
    }

    /** Who is asked before a protected request goes on; null if nobody is. */
    @Nullable
    Authorization authorization() {
        return said.first(s -> s.authorization);
    }

    /**
     * The whole configuration, with everything that was not said filled in.
     *
     * @throws ConfigException if something necessary is missing or settings contradict each other
     */
    public GatewayConfig complete() {
        Address callers = said.first(s -> s.listen, Address.parse("127.0.0.1:8080"));
        Address operator = said.first(s -> s.admin, Address.parse("127.0.0.1:8081"));
        if (callers.equals(operator) && callers.port() != 0) {
            throw new ConfigException("listen and admin are both " + callers + "; give each its own port").at("/admin");
        }
        PrincipalSource principal = said.first(s -> s.principal, PrincipalSource.AUTHORIZATION);
        if (principal.signer() != null && authorization() == null) {
            throw new ConfigException(
                            "principal has a signer, who is whoever the caller says; add authorization with a "
                                    + "service that checks signatures, or let a proxy check them and name the caller in a "
                                    + "trusted-header")
                    .at("/principal");
        }
        CorsSettings cors = said.first(s -> s.cors);
        NameSettings names = said.first(s -> s.names);
        return new GatewayConfig(
                callers,
                tls(),
                operator,
                location(),
                moveFrom(),
                encryption(),
                said.first(s -> s.upstream),
                upstreamTls(),
                principal,
                authorization(),
                cors == null ? Cors.NONE : cors.complete(),
                names == null ? HttpNames.DEFAULT : names.complete(),
                said.first(s -> s.trustForwarded, false),
                LimitSettings.complete(said.section(s -> s.limits)),
                ConsoleConfig.complete(said.section(s -> s.console), operator, location()),
                WebhookConfig.complete(said.section(s -> s.webhook), location()),
                said.first(s -> s.drain, Duration.ofSeconds(30)),
                routes());
    }

    /**
     * What encrypts and decrypts what records keep; null if nothing does.
     *
     * @throws ConfigException if the keys cannot be read
     */
    public @Nullable Encryption encryption() {
        Layers<EncryptionSettings> encryption = said.section(s -> s.encryption);
        return EncryptionSettings.complete(
                encryption.sources().isEmpty()
                        ? null
                        : new EncryptionSettings(
                                encryption.first(s -> s.keys()), encryption.first(s -> s.plainRecords())),
                System.getenv());
    }

    private @Nullable StoreLocation moveFrom() {
        String text = said.first(s -> s.moveFrom);
        StoreLocation from = text == null ? null : StoreLocation.parse(text);
        if (location().equals(from)) {
            throw new ConfigException("move-from is where the records are already; leave it out").at("/move-from");
        }
        return from;
    }

    private @Nullable ServerTls tls() {
        ServerTls tls = said.first(s -> s.tls);
        if (tls != null) {
            PemFile.requireCertificate("tls.certificate", tls.certificate());
            PemFile.requireKey("tls.key", tls.key());
        }
        return tls;
    }

    private UpstreamTls upstreamTls() {
        UpstreamTls tls = said.first(s -> s.upstreamTls, UpstreamTls.SYSTEM);
        PemFile.requireCertificate("upstream-tls.trust", tls.trust());
        PemFile.requireCertificate("upstream-tls.certificate", tls.certificate());
        PemFile.requireKey("upstream-tls.key", tls.key());
        return tls;
    }

    private List<GatewayRoute> routes() {
        IssuedKeySettings issuedKeys = said.first(s -> s.issuedKeys);
        KeyIssuer issuer = issuedKeys == null ? null : issuedKeys.complete();
        CallerNames callers = CallerNames.of(said.first(s -> s.principal), authorization());
        return RouteTable.of(
                said.first(s -> s.routes, EVERYTHING),
                route -> new RouteCompletion(
                                new Layers<>(List.of(route)).orElse(said.section(s -> s.defaults)),
                                said.first(s -> s.upstream),
                                issuer,
                                callers)
                        .route(),
                issuer != null);
    }
}
