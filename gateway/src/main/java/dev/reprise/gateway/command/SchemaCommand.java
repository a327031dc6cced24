package dev.reprise.gateway.command;

import dev.reprise.store.cassandra.CassandraSchema;
import dev.reprise.store.jdbc.SqlDialect;
import dev.reprise.store.jdbc.TableName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
    private static final String CASSANDRA = "cassandra";

    @Option(
            names = "--dialect",
            paramLabel = "NAME",
            required = true,
            description = "postgresql, mariadb (also for MySQL), h2, sqlite or cassandra.")
    @SuppressWarnings("NullAway.Init")
    private String dialect;

    @Option(
            names = "--table",
            paramLabel = "NAME",
            defaultValue = "reprise_operation",
            description = "The table, with its schema in front if it has another. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private TableName table;

    @Option(
            names = "--keyspace",
            paramLabel = "NAME",
            defaultValue = "reprise",
            description = "In Cassandra, the keyspace, which has to be there. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String keyspace;

    @Option(
            names = "--prefix",
            paramLabel = "NAME",
            defaultValue = "reprise",
            description = "In Cassandra, how the names of the tables begin. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String prefix;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().getOut().print(script());
        spec.commandLine().getOut().flush();
    }

    private String script() {
        try {
            return dialect.equals(CASSANDRA)
                    ? CassandraSchema.of(keyspace, prefix).script()
                    : SqlDialect.named(dialect).script(table);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
