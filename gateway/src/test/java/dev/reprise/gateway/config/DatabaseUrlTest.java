package dev.reprise.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The addresses of databases that several servers make. */
class DatabaseUrlTest {
    @Test
    void is_read() {
        DatabaseUrl url = DatabaseUrl.of("cassandra://a:9042,b/records?datacenter=dc%201&serial=local");

        assertThat(url.hosts()).containsExactly("a:9042", "b");
        assertThat(url.path()).isEqualTo("records");
        assertThat(url.parameter("datacenter")).hasValue("dc 1");
        assertThat(url.parameter("prefix")).isEmpty();
    }

    @Test
    void goes_on_to_the_driver_without_what_is_ours() {
        assertThat(DatabaseUrl.of("redis-sentinel://u:p@a:1,b:2/0?prefix=x&timeout=1s&replicas=1#main")
                        .withoutParameters("prefix", "replicas"))
                .isEqualTo("redis-sentinel://u:p@a:1,b:2/0?timeout=1s#main");
    }

    @ParameterizedTest
    @CsvSource({
        "redis://u:secret@a:1/0?prefix=x, redis://a:1/0",
        "'redis-cluster://:secret@a:1,b:2', 'redis-cluster://a:1,b:2'",
        "cassandra://a/records?datacenter=x, cassandra://a/records",
    })
    void is_shown_without_its_secrets(String url, String shown) {
        assertThat(DatabaseSettings.of(url)).hasToString(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mongodb://u:secret@a/b | \"mongodb://a/b\" is not the URL of a database",
                "redis://a:1?prefiks=x | has no parameter prefiks; there are clientName",
                "redis://a:1?replicas=many | replicas in the url of the database is a number",
                "redis-cluster://a:1,,b:2 | names no server, or an empty one",
                "cassandra://a:9042 | names no keyspace",
                "cassandra://a:9042/records?serial=sometimes | is everywhere or local",
            })
    void that_cannot_be_right_is_refused(String url, String message) {
        assertThatThrownBy(() -> DatabaseSettings.of(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://a:1", "cassandra://a/records"})
    void has_no_settings_that_belong_to_jdbc(String url) {
        assertThatThrownBy(() -> new DatabaseSettings(url, null, null, null, 5, null))
                .hasMessageContaining("belong to a JDBC URL");
    }
}
