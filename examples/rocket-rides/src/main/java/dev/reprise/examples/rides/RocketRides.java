package dev.reprise.examples.rides;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the service, and a payment provider beside it if none is given. */
@Command(
        name = "rocket-rides",
        description = "Books rides: each is created, charged and confirmed once, whatever crashes.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class RocketRides implements Callable<Integer> {
    @Option(names = "--port", defaultValue = "8090", description = "Where it listens. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(names = "--folder", defaultValue = "rocket-rides", description = "Its files. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Option(names = "--payments", paramLabel = "URL", description = "The payment provider. Default: one of its own.")
    private @Nullable URI payments;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** Runs it until it is stopped. */
    public static void main(String... arguments) {
        System.exit(new CommandLine(new RocketRides()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Files.createDirectories(folder);
        URI provider = payments == null ? startProvider() : payments;
        RidesApplication application = new RidesApplication(port, folder.resolve("rides.db"), provider);
        Runtime.getRuntime().addShutdownHook(new Thread(application::close));
        print("Rocket Rides at http://127.0.0.1:" + application.port() + "/rides; payments at " + provider);
        print("  curl -i http://127.0.0.1:" + application.port() + "/rides -H 'Idempotency-Key: \"ride-1\"' \\");
        print("    -d '{\"origin\":\"Earth\",\"target\":\"Moon\",\"customer\":\"alice\"}'");
        Thread.currentThread().join();
        return 0;
    }

    private URI startProvider() throws IOException {
        PaymentProvider provider = new PaymentProvider(folder);
        Runtime.getRuntime().addShutdownHook(new Thread(provider::close));
        return URI.create("http://127.0.0.1:" + provider.port());
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}
