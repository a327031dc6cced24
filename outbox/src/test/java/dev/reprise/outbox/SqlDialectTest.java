package dev.reprise.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SqlDialectTest {
    @Test
    void is_chosen_by_product_and_version_as_drivers_report_them() {
        assertThat(SqlDialect.of("H2", "2.5.252 (2026-05-05)")).isEqualTo(SqlDialect.H2);
        assertThat(SqlDialect.of("SQLite", "3.54.1")).isEqualTo(SqlDialect.SQLITE);
        assertThat(SqlDialect.of("PostgreSQL", "18.6 (Debian 18.6-1)")).isEqualTo(SqlDialect.POSTGRESQL);
        assertThat(SqlDialect.of("PostgreSQL", "19beta1")).isEqualTo(SqlDialect.POSTGRESQL);
        assertThat(SqlDialect.of("MariaDB", "11.4.5-MariaDB")).isEqualTo(SqlDialect.MARIADB);
        assertThat(SqlDialect.of("MySQL", "8.4.3")).isEqualTo(SqlDialect.MYSQL);
        assertThat(SqlDialect.of("MySQL", "5.5.5-10.6.12-MariaDB-log"))
                .as("MariaDB through MySQL's driver")
                .isEqualTo(SqlDialect.MARIADB);
    }

    @Test
    void others_and_those_that_are_too_old_are_refused_with_what_is_supported() {
        refused("Oracle", "23.0");
        refused("PostgreSQL", "13.18");
        refused("PostgreSQL", "unknown");
        refused("MariaDB", "10.5.27-MariaDB");
        refused("MySQL", "5.7.44");
        refused("MySQL", "5.5.5-10.3.39-MariaDB");
        refused("H2", "1.4.200 (2019-10-14)");
        refused("SQLite", "3.7.2");
    }

    private static void refused(String product, String version) {
        assertThatThrownBy(() -> SqlDialect.of(product, version))
                .isInstanceOf(OutboxException.class)
                .hasMessageContainingAll(
                        version, "H2 2.2", "SQLite 3.38", "PostgreSQL 14", "MariaDB 10.6", "MySQL 8.0");
    }

    @Test
    void every_script_is_complete() {
        assertThat(Arrays.stream(SqlDialect.values()).map(dialect -> new OutboxSchema(OutboxSql.of(dialect)).script(0)))
                .allSatisfy(script -> {
                    assertThat(script).doesNotContain("{", "}").contains("reprise_outbox_schema");
                    assertThat(OutboxSchema.statements(script)).hasSize(4);
                });
    }
}
