package dev.reprise.gateway.command;

import dev.reprise.store.jdbc.Dialect;
import dev.reprise.store.jdbc.TableName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints what a database needs to keep records. */
@Command(
        name = "schema",
        description = "Prints the statements that create the tables of records in a database.",
        sortOptions = false)
final class SchemaCommand implements Runnable {
    @Option(
            names = "--dialect",
            paramLabel = "NAME",
            required = true,
            description = "postgresql, mariadb (also for MySQL), h2 or sqlite.")
    @SuppressWarnings("NullAway.Init")
    private String dialect;

    @Option(
            names = "--table",
            paramLabel = "NAME",
            defaultValue = "reprise_operation",
            description = "The table, or SCHEMA.TABLE; ${DEFAULT-VALUE} unless said.")
    @SuppressWarnings("NullAway.Init")
    private String table;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        try {
            spec.commandLine().getOut().print(Dialect.named(dialect).script(TableName.of(table)));
            spec.commandLine().getOut().flush();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
