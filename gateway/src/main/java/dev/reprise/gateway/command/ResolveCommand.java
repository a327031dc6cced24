package dev.reprise.gateway.command;

import dev.reprise.OperationPolicy;
import dev.reprise.Response;
import dev.reprise.console.bulk.BulkAction;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.Operations;
import dev.reprise.console.operations.RecordedResponse;
import dev.reprise.gateway.config.Reason;
import dev.reprise.http.ReplayRules;
import dev.reprise.spi.Interventions.Action;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Records answers. */
@Command(
        name = "resolve",
        description = {
            "Records the response that retries of an unknown or abandoned operation get from now on.",
            "Find out first that the operation took effect.",
            "Without a key, all that the options find get the same response; --dry-run only counts them."
        },
        sortOptions = false)
final class ResolveCommand extends OneOrManyCommand {
    private static final String DONE = "Resolved: retries get the response from now on.";

    @Option(names = "--status", paramLabel = "NUMBER", required = true, description = "The status of the response.")
    private int status;

    @Option(
            names = "--header",
            paramLabel = "FIELD",
            description = "A field of the response, as in 'Content-Type: text/plain'; may be repeated.")
    private List<String> headers = new ArrayList<>();

    @ArgGroup
    private BodyOptions body = new BodyOptions();

    /** One of the two. */
    private static final class BodyOptions {
        @Option(names = "--body", paramLabel = "TEXT", description = "The content of the response")
        private @Nullable String text;

        @Option(names = "--body-file", paramLabel = "FILE", description = "or the file that holds it.")
        private @Nullable Path file;

        private byte[] bytes() {
            try {
                return file != null
                        ? Files.readAllBytes(file)
                        : text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException("The file " + file + " cannot be read: " + Reason.of(e), e);
            }
        }
    }

    @Override
    <T> T over(Function<Operations, T> work) {
        return store.recording(work);
    }

    @Override
    BulkAction many() {
        return new BulkAction.Resolve(response());
    }

    @Override
    Function<Operations, String> one(WhichOperation which) {
        Response response = response();
        return operations -> {
            OperationView seen = which.in(operations);
            return seen.progress() == null
                    ? which.ended(operations.resolve(seen.id(), seen.seen(), response, audit.initiator()), DONE)
                    : which.ended(
                            StepCommands.resumable(operations)
                                    .interventions()
                                    .intervene(audit.of(resolve(seen, response))),
                            DONE);
        };
    }

    private static Action resolve(OperationView seen, Response response) {
        return new Action.Resolve(
                seen.id(), seen.seen(), ReplayRules.recordable(response), OperationPolicy.DEFAULT.retention());
    }

    private Response response() {
        try {
            return RecordedResponse.of(status, headers, body.bytes()).toResponse();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
