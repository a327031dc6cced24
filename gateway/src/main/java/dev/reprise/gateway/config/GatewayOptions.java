package dev.reprise.gateway.config;

import dev.reprise.http.Profile;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The settings that are options as well; null and empty is what was not given. */
public final class GatewayOptions {
    @Option(names = "--upstream", paramLabel = "URL", description = "The service behind the gateway.")
    private @Nullable Origin upstream;

    @Option(names = "--listen", paramLabel = "ADDRESS", description = "Where callers connect. Default: 127.0.0.1:8080.")
    private @Nullable Address listen;

    @Option(
            names = "--admin",
            paramLabel = "ADDRESS",
            description = "Where the operator connects, for health, metrics and operations. Default: 127.0.0.1:8081.")
    private @Nullable Address admin;

    @Option(
            names = "--console-users",
            paramLabel = "FILE",
            description = "The file of users of the console, at the admin address; see docs/console.md.")
    private @Nullable Path consoleUsers;

    @Option(
            names = "--audit-file",
            paramLabel = "FILE",
            description = "Where it is written down what operators do. Default: in the store folder.")
    private @Nullable Path auditFile;

    @Option(names = "--store", paramLabel = "FOLDER", description = "The folder of the records. Default: reprise-data.")
    private @Nullable Path store;

    @Option(
            names = "--database",
            paramLabel = "URL",
            description =
                    "A database for the records instead, as in jdbc:postgresql://127.0.0.1:5432/records; see docs.")
    private @Nullable String database;

    @Option(
            names = "--move-from",
            paramLabel = "PLACE",
            description = "The folder or the URL of a database that the records still move in from; see docs.")
    private @Nullable String moveFrom;

    @Option(
            names = "--encryption-keys",
            paramLabel = "FILE",
            description = "Encrypt what records keep, with the last key in this file; see docs.")
    private @Nullable Path encryptionKeys;

    @Option(
            names = "--path",
            paramLabel = "PATTERN",
            description = "A path to protect, as in /v1/** or /payment/{to}; may be repeated. Default: every path.")
    private List<String> paths = new ArrayList<>();

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            description = "A method to protect; may be repeated. Default: POST and PATCH.")
    private Set<String> methods = new LinkedHashSet<>();

    @Option(
            names = "--profile",
            paramLabel = "PROFILE",
            description = "The dialect of callers: ietf, stripe, oasis, acp, adcp or json-rpc. Default: ietf.")
    private @Nullable Profile profile;

    @Option(names = "--require-key", description = "Refuse protected requests without a key.")
    private @Nullable Boolean requireKey;

    @Option(
            names = "--max-wait",
            paramLabel = "TIME",
            description =
                    "How long a duplicate waits for the first request. Default: 0 (refuse at once) with ietf, else 20s.")
    private @Nullable Duration maxWait;

    @Option(
            names = "--retention",
            paramLabel = "TIME",
            description = "How long a finished operation is replayed. Default: 24h.")
    private @Nullable Duration retention;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "How long the service may take to answer. Default: 30s.")
    private @Nullable Duration timeout;

    @Option(
            names = "--max-request-body",
            paramLabel = "SIZE",
            description = "The longest protected request body. Default: 1MiB.")
    private @Nullable Size maxRequestBody;

    @Option(
            names = "--max-response-body",
            paramLabel = "SIZE",
            description = "The longest response body that is recorded. Default: 1MiB.")
    private @Nullable Size maxResponseBody;

    @Option(
            names = "--idle-timeout",
            paramLabel = "TIME",
            description = "How long a caller's connection may be without a request. Default: 75s.")
    private @Nullable Duration idleTimeout;

    @Option(
            names = "--caller-timeout",
            paramLabel = "TIME",
            description = "How long to wait for a caller who does not send or read. Default: 20s.")
    private @Nullable Duration callerTimeout;

    @Option(
            names = "--caller-rate",
            paramLabel = "SIZE",
            description = "How many bytes sent or read are worth another second. Default: 1KiB.")
    private @Nullable Size callerRate;

    @Option(
            names = "--max-connections",
            paramLabel = "NUMBER",
            description = "The most connections of callers. Default: 10000.")
    private @Nullable Integer maxConnections;

    @Option(
            names = "--max-streams",
            paramLabel = "NUMBER",
            description = "The most requests at once on a connection of HTTP/2. Default: 100.")
    private @Nullable Integer maxStreams;

    @ArgGroup
    private @Nullable PrincipalOptions principal;

    @Option(
            names = "--authorize",
            paramLabel = "URL",
            description = "A service to ask whether a protected request may go on, before anything is looked up.")
    private @Nullable URI authorize;

    @ArgGroup(exclusive = false)
    private @Nullable TlsOptions tls;

    /** One of the three. */
    private static final class PrincipalOptions {
        @Option(
                names = "--principal-header",
                paramLabel = "FIELD",
                description = "The field with the caller's credential. Default: Authorization.")
        private @Nullable String header;

        @Option(
                names = "--trusted-header",
                paramLabel = "FIELD",
                description = "Or the field in which a proxy in front names the caller.")
        private @Nullable String trustedHeader;

        @Option(
                names = "--signer-header",
                paramLabel = "FIELD",
                description =
                        "Or the field in which callers sign each request, as clients of AWS do; with --authorize.")
        private @Nullable String signer;

        private PrincipalSource source() {
            return new PrincipalSource(header, trustedHeader, signer);
        }
    }

    /** Both together. */
    private static final class TlsOptions {
        @Option(
                names = "--tls-certificate",
                paramLabel = "FILE",
                required = true,
                description = "Speak TLS, with the certificate chain in this file in PEM")
        @SuppressWarnings("NullAway.Init")
        private Path certificate;

        @Option(
                names = "--tls-key",
                paramLabel = "FILE",
                required = true,
                description = "and the private key in this file in PEM.")
        @SuppressWarnings("NullAway.Init")
        private Path key;
    }

    /**
     * What the options say, above what the file says. Where {@code --authorize} is given, the authorisation of the file is only
     * asked elsewhere.
     *
     * @throws IllegalArgumentException if something cannot be right, whatever the rest says
     */
    public GatewaySettings over(GatewaySettings file) {
        SettingsSource said = new SettingsSource();
        said.listen = listen;
        said.tls = tls == null ? null : new ServerTls(tls.certificate, tls.key);
        said.admin = admin;
        said.store = store;
        said.console = new ConsoleSection(consoleUsers, null, null, null, null, null, null, null, auditFile);
        said.database = database == null ? null : DatabaseSettings.of(database);
        said.moveFrom = moveFrom;
        said.encryption = encryptionKeys == null ? null : new EncryptionSettings(encryptionKeys, null);
        said.upstream = upstream;
        said.principal = principal == null ? null : principal.source();
        said.authorization = authorization(file.authorization());
        said.limits = new LimitSettings(idleTimeout, callerTimeout, callerRate, maxConnections, maxStreams);
        said.defaults = defaults();
        said.routes = paths.isEmpty()
                ? null
                : paths.stream().map(RouteSettings::ofPath).toList();
        return GatewaySettings.of(said.checked()).orElse(file);
    }

    private RouteSettings defaults() {
        RouteSettings said = new RouteSettings();
        said.methods = methods.isEmpty() ? null : methods;
        said.profile = profile;
        said.requireKey = requireKey;
        said.maxWait = maxWait;
        said.retention = retention;
        said.timeout = timeout;
        said.maxRequestBody = maxRequestBody;
        said.maxResponseBody = maxResponseBody;
        return said.checked();
    }

    private @Nullable Authorization authorization(@Nullable Authorization file) {
        if (authorize == null) {
            return null;
        }
        return file == null ? Authorization.of(authorize) : file.at(authorize);
    }

    /** Whether what is wrong was said by an option, and not in the file. */
    public boolean say(ConfigException wrong) {
        String section =
                wrong.setting().map(pointer -> pointer.split("/", 3)[1]).orElse("");
        return switch (section) {
            case "routes" -> !paths.isEmpty();
            case "tls" -> tls != null;
            case "admin" -> admin != null || listen != null;
            case "console" -> consoleUsers != null || auditFile != null;
            case "database" -> database != null;
            case "move-from" -> moveFrom != null;
            case "encryption" -> encryptionKeys != null;
            default -> false;
        };
    }
}
