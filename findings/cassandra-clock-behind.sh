#!/bin/sh
# A node of a cluster whose clock is half a minute behind.
#
# Guess:  what it writes loses against older writes of others, and nothing else happens: it answers like the other one.
# Seen:   ?
# Matters: ?
set -eu
work=$(mktemp -d)
. "$(dirname "$0")/cassandra.inc"
library=$(ls /usr/lib/*/faketime/libfaketimeMT.so.1) || { echo "Needs Debian's libfaketime" >&2; exit 1; }
start 1
cat > "$work/client/First.java" <<'J'
public class First {
    public static void main(String[] arguments) throws Exception {
        new Client(1).execute("SELECT key FROM system.local");
        System.exit(0);
    }
}
J
client First
start 2 env LD_PRELOAD="$library" FAKETIME=-30 FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_FORCE_MONOTONIC_FIX=0
cat > "$work/client/Behind.java" <<'J'
import com.datastax.oss.driver.api.core.*;
import com.datastax.oss.driver.api.core.cql.*;
import java.time.*;
import java.util.*;
public class Behind {
    public static void main(String[] arguments) throws Exception {
        Client right = new Client(1);
        Client behind = new Client(2);
        Thread.sleep(5_000);
        right.execute("CREATE KEYSPACE f WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 2}");
        right.execute("CREATE TABLE f.item (id int PRIMARY KEY, value text)");
        Thread.sleep(5_000);
        System.out.println(Duration.between(time(behind), time(right)).toSeconds() >= 25 ? "node 2 is behind" : "same time");
        for (Client client : new Client[] {right, behind}) {
            System.out.println("node " + (client == right ? 1 : 2) + ": write " + outcome(client, "INSERT INTO f.item (id, value) VALUES (1, 'a')", ConsistencyLevel.ALL)
                    + ", conditional write " + outcome(client, "UPDATE f.item SET value = 'b' WHERE id = 1 IF value = 'a'", ConsistencyLevel.ALL)
                    + ", read " + outcome(client, "SELECT * FROM f.item", ConsistencyLevel.ALL));
        }
        System.exit(0);
    }

    static Instant time(Client client) {
        return client.execute("SELECT currentTimestamp() FROM system.local").one().getInstant(0);
    }

    static String outcome(Client client, String statement, ConsistencyLevel level) {
        try {
            client.session.execute(SimpleStatement.newInstance(statement).setConsistencyLevel(level).setTimeout(Duration.ofSeconds(30)));
            return "done";
        } catch (DriverException e) {
            return e.getClass().getSimpleName();
        }
    }
}
J
client Behind | tee "$work/out"
