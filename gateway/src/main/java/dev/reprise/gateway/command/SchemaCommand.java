package dev.reprise.gateway.command;

import dev.reprise.store.jdbc.SqlDialect;
import dev.reprise.store.jdbc.TableName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what a database needs before it can keep records. */
@Command(
        name = "schema",
        description = {
            "Prints the statements that create the tables for records in a database.",
            "Run them as a user who may, or hand them to Flyway or Liquibase."
        },
        sortOptions = false)
final class SchemaCommand implements Runnable {
    @Option(
            names = "--dialect",
            paramLabel = "NAME",
            required = true,
            description = "postgresql, mariadb (also for MySQL), h2 or sqlite.")
    @SuppressWarnings("NullAway.Init")
    private SqlDialect dialect;

    @Option(
            names = "--table",
            paramLabel = "NAME",
            defaultValue = "reprise_operation",
            description = "The table, with its schema in front if it has another. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private TableName table;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().getOut().print(dialect.script(table));
        spec.commandLine().getOut().flush();
    }
}
