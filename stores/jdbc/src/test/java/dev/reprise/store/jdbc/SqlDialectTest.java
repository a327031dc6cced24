package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.spi.StoreException;
import org.junit.jupiter.api.Test;

class SqlDialectTest {
    @Test
    void is_chosen_by_product_and_version_as_drivers_report_them() {
        assertThat(SqlDialect.of("PostgreSQL", "18.6 (Debian 18.6-1)")).isEqualTo(SqlDialect.POSTGRESQL);
        assertThat(SqlDialect.of("PostgreSQL", "19beta1")).isEqualTo(SqlDialect.POSTGRESQL);
        assertThat(SqlDialect.of("MariaDB", "11.4.5-MariaDB")).isEqualTo(SqlDialect.MARIADB);
        assertThat(SqlDialect.of("MySQL", "8.4.3")).isEqualTo(SqlDialect.MARIADB);
        assertThat(SqlDialect.of("MySQL", "5.5.5-10.6.12-MariaDB-log"))
                .as("MariaDB through MySQL's driver")
                .isEqualTo(SqlDialect.MARIADB);
        assertThat(SqlDialect.of("H2", "2.5.252 (2026-05-05)")).isEqualTo(SqlDialect.H2);
        assertThat(SqlDialect.of("SQLite", "3.54.1")).isEqualTo(SqlDialect.SQLITE);
    }

    @Test
    void others_and_those_that_are_too_old_are_refused() {
        refused("PostgreSQL", "13.18", "PostgreSQL 13.18 is too old to keep records in: use 14.0 or newer");
        refused("PostgreSQL", "unknown", "use 14.0 or newer");
        refused("MariaDB", "10.5.27-MariaDB", "use 10.6 or newer");
        refused("MySQL", "5.7.44", "MySQL 5.7.44 is too old to keep records in: use 8.0 or newer");
        refused("MySQL", "5.5.5-10.3.39-MariaDB", "use 10.6 or newer");
        refused("H2", "1.4.200 (2019-10-14)", "use 2.2 or newer");
        refused("SQLite", "3.7.2", "use 3.38 or newer");
        refused("Oracle", "23.0", "Records cannot be kept in Oracle 23.0");
    }

    private static void refused(String product, String version, String message) {
        assertThatThrownBy(() -> SqlDialect.of(product, version))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(message);
    }
}
