package dev.reprise.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The settings of one node of Cassandra.
 *
 * @param listened where other nodes reach it
 * @param served where clients reach it
 * @param announced where clients are told to reach it
 * @param port of clients
 * @param storagePort of other nodes
 * @param seeds addresses of all nodes: one that starts again asks whichever is there, and does not need a certain one
 * @param dataCentre what it is in; by itself, unless it has another name than {@link #DATA_CENTRE}
 * @param more lines of {@code cassandra.yaml}
 */
record CassandraSettings(
        String listened,
        String served,
        String announced,
        int port,
        int storagePort,
        List<String> seeds,
        String dataCentre,
        List<String> more) {
    /** What {@code SimpleSnitch} calls the one that there is. */
    static final String DATA_CENTRE = "datacenter1";

    /** How far it came with its start is said, in case that it does not answer. */
    private static final String LOG = """
            <configuration>
              <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%-5level %d{HH:mm:ss.SSS} %logger{20} %msg%n</pattern></encoder>
              </appender>
              <logger name="org.apache.cassandra.service.CassandraDaemon" level="INFO"/>
              <logger name="org.apache.cassandra.service.StorageService" level="INFO"/>
              <logger name="org.apache.cassandra.db.commitlog" level="INFO"/>
              <logger name="org.apache.cassandra.gms" level="INFO"/>
              <root level="WARN"><appender-ref ref="out"/></root>
            </configuration>
            """;

    void write(Path folder) throws IOException {
        Files.writeString(folder.resolve("cassandra.yaml"), yaml(folder));
        Files.writeString(folder.resolve("logback.xml"), LOG);
        Files.writeString(folder.resolve("rackdc.properties"), "dc=" + dataCentre + "\nrack=rack1\n");
    }

    /** What tells a node where they are. */
    static List<String> options(Path folder) {
        return List.of(
                "-Dcassandra.config=" + folder.resolve("cassandra.yaml").toUri(),
                "-Dlogback.configurationFile=" + folder.resolve("logback.xml"),
                "-Dcassandra-rackdc.properties="
                        + folder.resolve("rackdc.properties").toUri());
    }

    private String yaml(Path folder) {
        String settings = """
        cluster_name: reprise
        num_tokens: 4
        partitioner: org.apache.cassandra.dht.Murmur3Partitioner
        listen_address: %1$s
        rpc_address: %2$s
        broadcast_rpc_address: %3$s
        native_transport_port: %4$d
        storage_port: %5$d
        seed_provider: [ { class_name: org.apache.cassandra.locator.SimpleSeedProvider, parameters: [ { seeds: "%6$s" } ] } ]
        endpoint_snitch: %7$s
        commitlog_sync: batch
        data_file_directories: [ "%8$s/data" ]
        commitlog_directory: %8$s/commitlog
        saved_caches_directory: %8$s/saved
        hints_directory: %8$s/hints
        cdc_raw_directory: %8$s/cdc
        paxos_variant: v2
        memtable_heap_space: 64MiB
        memtable_offheap_space: 64MiB
        auto_snapshot: false
        """.formatted(
                listened, served, announced, port, storagePort, String.join(",", seedsWithPorts()), snitch(), folder);
        return settings + String.join("\n", more) + "\n";
    }

    private List<String> seedsWithPorts() {
        return seeds.stream().map(seed -> seed + ":" + storagePort).toList();
    }

    private String snitch() {
        return dataCentre.equals(DATA_CENTRE) ? "SimpleSnitch" : "GossipingPropertyFileSnitch";
    }
}
