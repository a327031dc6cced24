package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultProtocolVersion;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.ProtocolVersion;
import com.datastax.oss.driver.api.core.Version;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import dev.reprise.spi.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Whether a cluster is what the store needs, before it is used: asked once, by queries that any user may make. */
final class SchemaCheck {
    private static final Logger LOG = System.getLogger(CassandraStore.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Version OLDEST = Objects.requireNonNull(Version.parse("4.1.0"));
    private static final Map<String, Set<String>> COLUMNS = Map.of(
            "operation",
            Set.of(
                    "principal",
                    "route",
                    "idempotency_key",
                    "fencing_token",
                    "state",
                    "attempt",
                    "created_at",
                    "fingerprint_version",
                    "fingerprint",
                    "owner",
                    "lease_start",
                    "lease_millis",
                    "ended_at",
                    "reason",
                    "retention_millis",
                    "response",
                    "body",
                    "body_parts"),
            "body",
            Set.of("principal", "route", "idempotency_key", "fencing_token", "part", "content"),
            "live",
            Set.of("bucket", "shard", "fencing_token", "principal", "route", "idempotency_key"),
            "bucket",
            Set.of("part", "bucket", "shard"));

    private final CqlSession session;
    private final CqlTables tables;
    private final SerialConsistency consistency;

    SchemaCheck(CqlSession session, CqlTables tables, SerialConsistency consistency) {
        this.session = session;
        this.tables = tables;
        this.consistency = consistency;
    }

    /**
     * Refuses what cannot work, and warns of what is weaker than it looks.
     *
     * @throws StoreException if it cannot work; the message says what to do
     */
    void run() {
        try {
            requireVersion();
            List<String> advices = replicationAdvice();
            requireColumns();
            advices.forEach(advice -> LOG.log(Level.WARNING, advice));
            paxosAdvice().forEach(advice -> LOG.log(Level.WARNING, advice));
            protocolAdvice(session.getContext().getProtocolVersion()).forEach(advice -> LOG.log(Level.WARNING, advice));
        } catch (DriverException | IllegalStateException e) {
            throw StoreException.nothingDone("Cassandra could not be asked about the tables: " + e.getMessage(), e);
        }
    }

    private void requireVersion() {
        for (Row row : ask("SELECT release_version FROM system.local")) {
            String release = Objects.requireNonNullElse(row.getString("release_version"), "0.0");
            Version version = Version.parse(release);
            if (version == null || version.compareTo(OLDEST) < 0) {
                throw refused("Cassandra " + release + " is too old: the store needs 4.1 or newer");
            }
        }
    }

    private Map<String, String> replication() {
        List<Row> rows =
                ask("SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = ?", tables.keyspace());
        if (rows.isEmpty()) {
            throw refused(
                    "There is no keyspace " + tables.keyspace() + ". Create it with three copies in each data centre: "
                            + "CREATE KEYSPACE " + tables.keyspace()
                            + " WITH replication = {'class': 'NetworkTopologyStrategy', 'DATACENTER': 3}");
        }
        return Objects.requireNonNull(rows.getFirst().getMap("replication", String.class, String.class));
    }

    private void requireColumns() {
        List<String> missing = new ArrayList<>();
        COLUMNS.forEach((table, columns) -> {
            Set<String> absent = new TreeSet<>(columns);
            String name = tables.prefix() + "_" + table;
            ask(
                            "SELECT column_name FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ?",
                            tables.keyspace(),
                            name)
                    .forEach(row -> absent.remove(row.getString("column_name")));
            if (absent.size() == columns.size()) {
                missing.add("the table " + tables.keyspace() + "." + name);
            } else if (!absent.isEmpty()) {
                missing.add(tables.keyspace() + "." + name + "'s columns " + absent);
            }
        });
        if (!missing.isEmpty()) {
            throw refused("Cassandra lacks "
                    + String.join(", ", missing.stream().sorted().toList())
                    + ". Create what is missing, as a user who may, with what CassandraSchema.of(\"" + tables.keyspace()
                    + "\", \"" + tables.prefix() + "\").script() returns");
        }
    }

    /** What the copies that the keyspace has mean for an operator. */
    List<String> replicationAdvice() {
        return replicationAdvice(replication());
    }

    /** The same for copies that it could have. */
    List<String> replicationAdvice(Map<String, String> replication) {
        List<String> advice = new ArrayList<>();
        int copies = 0;
        int dataCentres = 0;
        for (Map.Entry<String, String> setting : replication.entrySet()) {
            if (!setting.getKey().equals("class") && setting.getValue().matches("\\d+(/\\d+)?")) {
                int here = Integer.parseInt(setting.getValue().replaceAll("/.*", ""));
                copies += here;
                dataCentres++;
                if (here < 3) {
                    advice.add("The keyspace " + tables.keyspace() + " has " + here + " copies (" + setting.getKey()
                            + "). With fewer than three, no operation can be claimed while one node is down");
                }
            }
        }
        if (consistency == SerialConsistency.LOCAL && dataCentres > 1) {
            advice.add("SerialConsistency.LOCAL: each of the " + dataCentres + " data centres of " + tables.keyspace()
                    + " has a lock of its own; a retry that arrives in another one can be executed again");
        }
        if (copies % 2 == 0) {
            advice.add("The keyspace " + tables.keyspace() + " has " + copies
                    + " copies: an even number survives no more failures than one less");
        }
        return advice;
    }

    private List<String> paxosAdvice() {
        try {
            return ask("SELECT value FROM system_views.settings WHERE name = 'paxos_variant'").stream()
                    .filter(row -> !"v2".equals(row.getString("value")))
                    .map(row -> "Cassandra decides conditional writes by paxos_variant " + row.getString("value")
                            + ". Set v2 on all nodes: fewer round trips, and right while nodes join or leave")
                    .toList();
        } catch (DriverException e) {
            // Not every user, and not every service that calls itself Cassandra, can read settings.
            LOG.log(Level.DEBUG, "The variant of Paxos could not be read", e);
            return List.of();
        }
    }

    /** What the protocol means that driver and servers have agreed on. */
    static List<String> protocolAdvice(ProtocolVersion version) {
        return version.getCode() < DefaultProtocolVersion.V5.getCode()
                ? List.of()
                : List.of("The session speaks protocol " + version
                        + ", in which Cassandra 5.0 breaks the connection when a conditional write"
                        + " times out, with all calls on it. Set the driver's advanced.protocol.version to V4");
    }

    private List<Row> ask(String query, Object... values) {
        return session.execute(SimpleStatement.newInstance(query, values).setTimeout(PATIENCE))
                .all();
    }

    private static StoreException refused(String message) {
        return StoreException.nothingDone(message, null);
    }
}
