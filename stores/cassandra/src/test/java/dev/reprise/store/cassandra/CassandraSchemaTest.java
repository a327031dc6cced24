package dev.reprise.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultProtocolVersion;
import dev.reprise.spi.StoreException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is found out about a cluster before the store is used. */
@ExtendWith(SharedCassandra.class)
class CassandraSchemaTest {
    private static final CqlTables TABLES = new CqlTables("ks", "reprise");

    @Test
    void a_keyspace_that_is_not_there_is_named(CqlSession session) {
        assertThatThrownBy(
                        () -> CassandraStore.over(session).keyspace("nowhere").open())
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(failure.isNothingDone()).isTrue())
                .hasMessageContainingAll("no keyspace nowhere", "CREATE KEYSPACE nowhere");
    }

    @Test
    void tables_that_are_not_there_are_named_and_where_to_get_them(CqlSession session) {
        assertThatThrownBy(() -> CassandraStore.over(session)
                        .keyspace(CassandraSessions.KEYSPACE)
                        .prefix("other")
                        .open())
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll(
                        "contract.other_operation",
                        "contract.other_live",
                        "CassandraSchema.of(\"contract\", \"other\")");
    }

    @Test
    void columns_that_are_not_there_are_named(CqlSession session) {
        CassandraSchema.of(CassandraSessions.KEYSPACE, "old").create(session);
        CassandraSessions.execute(session, "ALTER TABLE contract.old_operation DROP body_parts");

        assertThatThrownBy(() -> CassandraStore.over(session)
                        .keyspace(CassandraSessions.KEYSPACE)
                        .prefix("old")
                        .open())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("contract.old_operation's columns [body_parts]");
    }

    @Test
    void a_store_is_opened_over_the_session_of_the_application(CqlSession session) {
        CassandraSessions.execute(
                session,
                "CREATE KEYSPACE IF NOT EXISTS shop WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        CassandraSchema.of("shop", "reprise").create(session);
        try (CassandraStore store = CassandraStore.over(session)
                .keyspace("shop")
                .serialConsistency(SerialConsistency.EVERYWHERE)
                .open()) {
            assertThat(store.find(Transfers.id("none"))).isEmpty();
        }
    }

    @Test
    void the_script_has_the_names_that_were_chosen() {
        assertThat(CassandraSchema.of("shop", "keys").script())
                .contains("CREATE TABLE IF NOT EXISTS shop.keys_operation (", "shop.keys_body", "shop.keys_live")
                .doesNotContain("reprise_");
    }

    @Test
    void names_that_would_need_quotes_are_refused() {
        for (String name : List.of("", "Shop", "shop; DROP", "1shop", "s".repeat(38))) {
            assertThatThrownBy(() -> CassandraSchema.of(name, "reprise")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void an_operator_is_told_of_a_protocol_that_breaks_connections() {
        assertThat(SchemaCheck.protocolAdvice(DefaultProtocolVersion.V5))
                .singleElement()
                .asString()
                .contains("V5", "advanced.protocol.version to V4");
        assertThat(SchemaCheck.protocolAdvice(DefaultProtocolVersion.V4)).isEmpty();
    }

    @Test
    void an_operator_is_told_what_the_copies_mean(CqlSession session) {
        SchemaCheck everywhere = new SchemaCheck(session, TABLES, SerialConsistency.EVERYWHERE);
        SchemaCheck local = new SchemaCheck(session, TABLES, SerialConsistency.LOCAL);
        Map<String, String> three = Map.of("class", "NetworkTopologyStrategy", "north", "3");
        Map<String, String> twice = Map.of("class", "NetworkTopologyStrategy", "north", "3", "south", "3");

        assertThat(everywhere.replicationAdvice(three)).isEmpty();
        assertThat(everywhere.replicationAdvice(Map.of("class", "SimpleStrategy", "replication_factor", "1")))
                .singleElement()
                .asString()
                .contains("1 copies", "while one node is down");
        assertThat(local.replicationAdvice(twice))
                .anySatisfy(advice -> assertThat(advice).contains("a lock of its own"));
    }
}
