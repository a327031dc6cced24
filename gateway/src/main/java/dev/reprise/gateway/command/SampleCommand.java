package dev.reprise.gateway.command;

import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.sample.SampleApi;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the sample API alone. */
@Command(
        name = "sample",
        description = "Runs the sample API alone, to try a gateway in front of it.",
        sortOptions = false)
final class SampleCommand implements Runnable {
    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1:9000",
            description = "Where it listens. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Address listen;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        SampleApi sample = SampleApi.start(listen);
        Runtime.getRuntime().addShutdownHook(new Thread(sample::close));
        spec.commandLine()
                .getOut()
                .println("Sample API at http://" + new Address(listen.host(), sample.port()) + "; Ctrl-C stops it");
        spec.commandLine().getOut().flush();
    }
}
