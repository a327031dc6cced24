#!/bin/sh
# Conditional writes that time out, since others write the same row.
#
# Guess:  each is an error of its own call, a WriteTimeoutException of the type CAS, and other calls on the connection do not notice.
# Seen:   Cassandra 5.0.8 with protocol V5, which its driver 4.19.2 chooses: many end with ClosedConnectionException, and so do other calls on the
#         connection. Behind the error the server leaves two bytes that belong to nothing, and the driver, which takes them for the next
#         message, gives the connection up. With protocol V4 each is a WriteTimeoutException, and nothing else happens.
# Matters: whoever contends for a row breaks the calls of everybody in the same process, at the worst time, and each of them has to find out
#         whether its write has happened. With protocol V4 they need not (advanced.protocol.version = V4).
set -eu
work=$(mktemp -d)
settings="cas_contention_timeout: 20ms"
. "$(dirname "$0")/cassandra.inc"
start 1
cat > "$work/client/Contention.java" <<'J'
import com.datastax.oss.driver.api.core.*;
import com.datastax.oss.driver.api.core.config.*;
import com.datastax.oss.driver.api.core.cql.*;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;
public class Contention {
    public static void main(String[] arguments) throws Exception {
        Client client = new Client(1);
        client.execute("CREATE KEYSPACE f WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        client.execute("CREATE TABLE f.item (id int PRIMARY KEY, value int)");
        client.execute("INSERT INTO f.item (id, value) VALUES (1, 0)");
        for (String version : new String[] {"V4", "V5"}) {
            try (CqlSession session = CqlSession.builder()
                    .addContactPoint(new InetSocketAddress("127.0.0.1", 19042))
                    .withLocalDatacenter("datacenter1")
                    .withConfigLoader(DriverConfigLoader.programmaticBuilder()
                            .withString(DefaultDriverOption.PROTOCOL_VERSION, version)
                            .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, Duration.ofSeconds(30))
                            .build())
                    .build()) {
                Map<String, Integer> outcomes = new ConcurrentSkipListMap<>();
                for (int round = 0; round < 20; round++) {
                    List<CompletableFuture<?>> calls = new ArrayList<>();
                    for (int i = 0; i < 40; i++) {
                        calls.add(session.executeAsync("UPDATE f.item SET value = " + i + " WHERE id = 1 IF value = 1000")
                                .handle((rows, failure) -> outcomes.merge(name(failure), 1, Integer::sum))
                                .toCompletableFuture());
                    }
                    CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).join();
                }
                System.err.println(version + ": " + outcomes);
                System.out.println(version + ": " + (outcomes.containsKey("ClosedConnectionException") ? "connections were closed"
                        : outcomes.containsKey("WriteTimeoutException") ? "done, each error of its own call" : outcomes.keySet()));
            }
        }
        System.exit(0);
    }

    static String name(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause == null ? "done" : cause.getClass().getSimpleName();
    }
}
J
client Contention | tee "$work/out"
printf 'V4: done, each error of its own call\nV5: connections were closed\n' | diff - "$work/out"
