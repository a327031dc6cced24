package dev.reprise.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code reprise schema} prints. */
class SchemaCommandTest {
    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2", "sqlite"})
    void is_the_script_of_the_dialect(String dialect) {
        Cli.Result result = Cli.run("schema", "--dialect", dialect);

        assertThat(result.code()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("CREATE TABLE reprise_operation ");
    }

    @Test
    void of_cassandra_names_the_keyspace_and_the_prefix() {
        Cli.Result result = Cli.run("schema", "--dialect", "cassandra", "--keyspace", "shop", "--prefix", "done");

        assertThat(result.code()).isZero();
        assertThat(result.out()).contains("CREATE TABLE IF NOT EXISTS shop.done_operation (");
        assertThat(Cli.run("schema", "--dialect", "cassandra", "--keyspace", "a;b")
                        .code())
                .isEqualTo(2);
    }

    @Test
    void names_the_table_as_told() {
        assertThat(Cli.run("schema", "--dialect", "postgresql", "--table", "ledger.done")
                        .out())
                .contains("CREATE TABLE ledger.done ")
                .doesNotContain("reprise_operation");
    }

    @Test
    void a_wrong_name_is_explained_with_exit_code_2() {
        Cli.Result dialect = Cli.run("schema", "--dialect", "oracle");
        Cli.Result table = Cli.run("schema", "--dialect", "h2", "--table", "a;b");

        assertThat(dialect.code()).isEqualTo(2);
        assertThat(dialect.err()).contains("There is no dialect oracle, only postgresql, mariadb, h2 and sqlite");
        assertThat(table.code()).isEqualTo(2);
        assertThat(table.err()).contains("A table or schema is named by a letter");
    }
}
