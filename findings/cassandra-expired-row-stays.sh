#!/bin/sh
# Keys in a table whose columns all expire.
#
# Guess:  a row is there as long as one of its columns is. So one that INSERT ... IF NOT EXISTS has made, and all of whose columns UPDATE ...
#         USING TTL has written again since, is gone when that time is over, and the next INSERT ... IF NOT EXISTS of the key is applied.
# Seen:   ?
# Matters: a lock, or an idempotency key, that is made and finished this way works until it has expired for the first time; then its key is
#         refused for ever, and no column says why. Make rows by UPDATE ... IF column = null, or give the INSERT a time to live, too.
set -eu
work=$(mktemp -d)
trap 'kill -9 "${server:-}" 2> "$work/kill" || true; rm -rf "$work"' EXIT
. "$(dirname "$0")/cassandra.inc"
cat > "$work/Expired.java" <<'J'
import com.datastax.oss.driver.api.core.*;
import com.datastax.oss.driver.api.core.cql.*;
import java.net.InetSocketAddress;
import java.time.Duration;
public class Expired {
    static CqlSession session;

    public static void main(String[] arguments) throws Exception {
        session = open(arguments[0].split(":"));
        execute("CREATE KEYSPACE f WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        execute("CREATE TABLE f.claim (id text PRIMARY KEY, state text)");
        execute("INSERT INTO f.claim (id, state) VALUES ('inserted', 'running') IF NOT EXISTS");
        execute("UPDATE f.claim SET state = 'running' WHERE id = 'updated' IF state = null");
        execute("INSERT INTO f.claim (id, state) VALUES ('limited', 'running') IF NOT EXISTS USING TTL 3");
        for (String id : new String[] {"inserted", "updated", "limited"}) {
            execute("UPDATE f.claim USING TTL 3 SET state = 'done' WHERE id = '" + id + "' IF state = 'running'");
        }
        while (execute("SELECT state FROM f.claim WHERE id = 'inserted'").one().getString(0) != null) {
            Thread.sleep(200);
        }
        Thread.sleep(2_000);
        for (String id : new String[] {"inserted", "updated", "limited"}) {
            Row row = execute("SELECT id, state FROM f.claim WHERE id = '" + id + "'").one();
            boolean again = execute("INSERT INTO f.claim (id, state) VALUES ('" + id + "', 'running') IF NOT EXISTS").wasApplied();
            System.out.println(id + ": " + (row == null ? "gone" : "there, state " + row.getString(1)) + "; made again: " + again);
        }
        System.exit(0);
    }

    static ResultSet execute(String statement) {
        return session.execute(SimpleStatement.newInstance(statement).setTimeout(Duration.ofSeconds(30)));
    }

    static CqlSession open(String[] address) throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (true) {
            try {
                return CqlSession.builder()
                        .addContactPoint(new InetSocketAddress(address[0], Integer.parseInt(address[1])))
                        .withLocalDatacenter("datacenter1")
                        .build();
            } catch (DriverException e) {
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
                Thread.sleep(500);
            }
        }
    }
}
J
"$java17" -cp "$work/driver/*" "$work/Expired.java" "$address" 2> "$work/errors" | tee "$work/out"
printf 'inserted: there, state null; made again: false\nupdated: gone; made again: true\nlimited: gone; made again: true\n' | diff - "$work/out"
