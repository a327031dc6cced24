package dev.reprise.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.spi.StoreException;
import dev.reprise.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused when a store is opened, and what is said of the server's settings. */
class RedisSettingsTest {
    @BeforeEach
    void requireServers() {
        RedisServer.unavailable().ifPresent(Assumptions::abort);
    }

    @ParameterizedTest
    @ValueSource(strings = {"allkeys-lru", "volatile-ttl"})
    void a_server_that_evicts_records_is_refused(String policy) {
        try (RedisServer server = RedisServer.start("maxmemory-policy " + policy)) {
            assertThatThrownBy(() -> open(server))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(policy)
                    .hasMessageContaining("noeviction");
        }
    }

    @Test
    void a_replica_is_refused_and_its_primary_warns_of_failovers() {
        try (RedisServer server = RedisServer.start("appendonly yes", "appendfsync always");
                RedisServer replica = server.replica()) {
            assertThatThrownBy(() -> open(replica))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("primary");
            assertThat(warnings(server))
                    .hasSize(2)
                    .anySatisfy(warning ->
                            assertThat(warning).contains("a failover may lose an acknowledged claim", "executed twice"))
                    .anySatisfy(warning -> assertThat(warning).contains("min-replicas-to-write"));
            server.command("CONFIG", "SET", "min-replicas-to-write", "1");
            try (RedisStore store = RedisStore.at(Sample.at(server)).replicas(1).open()) {
                assertThat(store.warnings()).isEmpty();
            }
        }
    }

    @Test
    void a_server_that_writes_late_or_never_is_named() {
        try (RedisServer server = RedisServer.start()) {
            assertThat(warnings(server)).singleElement().asString().contains("appendonly is off");
            server.command("CONFIG", "SET", "appendonly", "yes");
            assertThat(warnings(server)).singleElement().asString().contains("everysec", "last second");
            server.command("CONFIG", "SET", "appendfsync", "no");
            assertThat(warnings(server)).singleElement().asString().contains("half minute");
            server.command("CONFIG", "SET", "appendfsync", "always");
            assertThat(warnings(server)).isEmpty();
        }
    }

    @Test
    void a_server_that_forbids_to_look_at_its_settings_is_used_and_that_is_said() {
        try (RedisServer server = RedisServer.start("appendonly yes", "rename-command CONFIG hidden")) {
            assertThat(warnings(server)).singleElement().asString().contains("CONFIG is not allowed");
        }
    }

    @Test
    void replicas_that_are_not_there_are_missed() {
        try (RedisServer server = RedisServer.start("appendonly yes", "appendfsync always");
                RedisStore store = RedisStore.at(Sample.at(server)).replicas(1).open()) {
            assertThat(store.warnings()).singleElement().asString().contains("No replica is connected");
        }
    }

    @Test
    void settings_of_the_builder_are_checked() {
        RedisStore.Builder builder = RedisStore.at(Sample.at(1));
        for (String prefix : List.of("", "a b", "{x}", "a*", "x".repeat(101))) {
            assertThatThrownBy(() -> builder.prefix(prefix)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> builder.timeLimit(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.timeLimit(Duration.ofHours(2))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.replicas(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static RedisStore open(RedisServer server) {
        return RedisStore.at(Sample.at(server)).open();
    }

    private static List<String> warnings(RedisServer server) {
        try (RedisStore store = open(server)) {
            return store.warnings();
        }
    }
}
