package dev.reprise.gateway.command;

import dev.reprise.gateway.Gateway;
import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.config.Authorization;
import dev.reprise.gateway.config.ConfigException;
import dev.reprise.gateway.config.DatabaseSettings;
import dev.reprise.gateway.config.GatewayConfig;
import dev.reprise.gateway.config.GatewaySettings;
import dev.reprise.gateway.config.LimitSettings;
import dev.reprise.gateway.config.Origin;
import dev.reprise.gateway.config.PrincipalSource;
import dev.reprise.gateway.config.RouteSettings;
import dev.reprise.gateway.config.ServerTls;
import dev.reprise.gateway.config.SettingsFile;
import dev.reprise.gateway.config.Size;
import dev.reprise.gateway.sample.SampleApi;
import dev.reprise.http.Profile;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the gateway. */
@Command(
        name = "gateway",
        description = {
            "Runs a reverse proxy that makes the service behind it safe to retry.",
            "Without a service and routes it starts a sample API behind itself, to try everything at once."
        },
        sortOptions = false,
        footerHeading = "%nEverything else, and settings for each route, go into the file: see docs/gateway.md.%n")
final class GatewayCommand implements Runnable {
    /** What is given back after the work is done, and writes to the store that still wait. */
    private static final Duration STOPPING = Duration.ofSeconds(30);

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A YAML file with settings; options given here count more.")
    private @Nullable Path file;

    @Option(names = "--upstream", paramLabel = "URL", description = "The service behind the gateway.")
    private @Nullable Origin upstream;

    @Option(names = "--listen", paramLabel = "ADDRESS", description = "Where callers connect. Default: 127.0.0.1:8080.")
    private @Nullable Address listen;

    @Option(
            names = "--admin",
            paramLabel = "ADDRESS",
            description = "Where the operator connects, for health, metrics and operations. Default: 127.0.0.1:8081.")
    private @Nullable Address admin;

    @Option(names = "--store", paramLabel = "FOLDER", description = "The folder of the records. Default: reprise-data.")
    private @Nullable Path store;

    @Option(
            names = "--database",
            paramLabel = "URL",
            description =
                    "A database for the records instead, as in jdbc:postgresql://127.0.0.1:5432/records; see docs.")
    private @Nullable String database;

    @Option(
            names = "--path",
            paramLabel = "PATTERN",
            description = "A path to protect, as in /v1/** or /payment/{to}; may be repeated. Default: every path.")
    private List<String> paths = new ArrayList<>();

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            description = "A method to protect; may be repeated. Default: POST and PATCH.")
    private List<String> methods = new ArrayList<>();

    @Option(
            names = "--profile",
            paramLabel = "PROFILE",
            description = "The dialect of callers: ietf, stripe or oasis. Default: ietf.")
    private @Nullable Profile profile;

    @Option(names = "--require-key", description = "Refuse protected requests without a key.")
    private @Nullable Boolean requireKey;

    @Option(
            names = "--max-wait",
            paramLabel = "TIME",
            description = "How long a duplicate waits for the first request. Default: 0 (refuse at once).")
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

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** One of the two. */
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

    @Override
    public void run() {
        MemoryGuard.install();
        GatewaySettings written = file == null ? GatewaySettings.NONE : SettingsFile.read(file);
        GatewaySettings settings = flags(written.authorization()).orElse(written);
        SampleApi sample = settings.namesUpstreamOrRoutes() ? null : SampleApi.start(Address.parse("127.0.0.1:0"));
        try {
            GatewaySettings complete = sample == null ? settings : settings.orElse(behind(sample));
            GatewayConfig config = complete.complete();
            Gateway gateway = Gateway.start(config);
            LastingLogs.open();
            new Termination(config.drain().plus(STOPPING), Runtime.getRuntime()::halt, System.err)
                    .on(Runtime.getRuntime(), () -> {
                        gateway.close();
                        if (sample != null) {
                            sample.close();
                        }
                    });
            greet(gateway, config, sample);
        } catch (RuntimeException e) {
            if (sample != null) {
                sample.close();
            }
            throw e instanceof ConfigException wrong ? placed(wrong) : e;
        }
    }

    private void greet(Gateway gateway, GatewayConfig config, @Nullable SampleApi sample) {
        if (sample != null) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "reprise: there is neither --upstream nor a route, so this gateway is in front of a SAMPLE API");
        }
        new Greeting(spec.commandLine().getOut(), gateway, config)
                .print(sample == null ? null : "http://127.0.0.1:" + sample.port());
    }

    /** The error with its place in the file, unless an option said what is wrong. */
    private ConfigException placed(ConfigException wrong) {
        String section =
                wrong.setting().map(pointer -> pointer.split("/", 3)[1]).orElse("");
        boolean byOption = switch (section) {
            case "routes" -> !paths.isEmpty();
            case "tls" -> tls != null;
            case "admin" -> admin != null || listen != null;
            case "database" -> database != null;
            default -> false;
        };
        return file == null || byOption ? wrong : SettingsFile.placed(file, wrong);
    }

    private static GatewaySettings behind(SampleApi sample) {
        return GatewaySettings.ofUpstream(new Origin(false, "127.0.0.1", sample.port()));
    }

    /** What the options say; the authorisation of the file, where there is one, is only asked elsewhere. */
    private GatewaySettings flags(@Nullable Authorization authorization) {
        try {
            return settings(
                    authorize == null || authorization == null ? authorize(authorize) : authorization.at(authorize));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static @Nullable Authorization authorize(@Nullable URI url) {
        return url == null ? null : Authorization.of(url);
    }

    private GatewaySettings settings(@Nullable Authorization authorization) {
        return new GatewaySettings(
                listen,
                tls == null ? null : new ServerTls(tls.certificate, tls.key),
                admin,
                store,
                database == null ? null : DatabaseSettings.of(database),
                upstream,
                null,
                principal == null ? null : new PrincipalSource(principal.header, principal.trustedHeader),
                authorization,
                null,
                null,
                null,
                null,
                new LimitSettings(idleTimeout, callerTimeout, callerRate, maxConnections, maxStreams),
                null,
                new RouteSettings(
                        null,
                        null,
                        null,
                        null,
                        timeout,
                        methods.isEmpty() ? null : Set.copyOf(new HashSet<>(methods)),
                        profile,
                        null,
                        requireKey,
                        null,
                        null,
                        null,
                        maxWait,
                        retention,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        maxRequestBody,
                        maxResponseBody),
                paths.isEmpty()
                        ? null
                        : paths.stream().map(RouteSettings::ofPath).toList());
    }
}
