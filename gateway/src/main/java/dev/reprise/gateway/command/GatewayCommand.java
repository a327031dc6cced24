package dev.reprise.gateway.command;

import dev.reprise.gateway.Gateway;
import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.config.ConfigException;
import dev.reprise.gateway.config.GatewayConfig;
import dev.reprise.gateway.config.GatewayOptions;
import dev.reprise.gateway.config.GatewaySettings;
import dev.reprise.gateway.config.Origin;
import dev.reprise.gateway.config.SettingsFile;
import dev.reprise.gateway.sample.SampleApi;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private final GatewayOptions options = new GatewayOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        MemoryGuard.install();
        GatewaySettings written = file == null ? GatewaySettings.NONE : SettingsFile.read(file);
        GatewaySettings settings = withOptions(written);
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
        return file == null || options.say(wrong) ? wrong : SettingsFile.placed(file, wrong);
    }

    private static GatewaySettings behind(SampleApi sample) {
        return GatewaySettings.ofUpstream(new Origin(false, "127.0.0.1", sample.port()));
    }

    private GatewaySettings withOptions(GatewaySettings written) {
        try {
            return options.over(written);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
