#!/bin/sh
# Connection.abort in embedded databases, and what a pool makes of it.
#
# Guess:  Connection.abort marks a connection as closed and releases what it holds, as JDBC demands; so a watchdog can break off
#         a statement that hangs, in any driver, and a pool never lends that connection again.
# Seen:   H2 2.5.252: after abort, isClosed() is false and statements go on working; the driver does nothing.
#         sqlite-jdbc 3.54.1.0: the same.
#         PostgreSQL's and MariaDB's drivers close the socket, so code that was tested there finds out late.
# Matters: a time limit that ends in abort does not end anything here. Interrupt the statement (Statement.cancel) or close
#         the connection from the thread that uses it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
central=https://repo.maven.apache.org/maven2
curl -sSf -o "$work/h2.jar" "$central/com/h2database/h2/2.5.252/h2-2.5.252.jar"
curl -sSf -o "$work/sqlite.jar" "$central/org/xerial/sqlite-jdbc/3.54.1.0/sqlite-jdbc-3.54.1.0.jar"
cat > "$work/Abort.java" <<'J'
import java.sql.*;
public class Abort {
    public static void main(String[] urls) throws Exception {
        for (String url : urls) {
            try (Connection connection = DriverManager.getConnection(url)) {
                connection.createStatement().execute("CREATE TABLE t (a INT)");
                connection.abort(Runnable::run);
                boolean closed = connection.isClosed();
                String works;
                try (Statement statement = connection.createStatement()) {
                    works = statement.executeUpdate("INSERT INTO t VALUES (1)") + " row inserted";
                } catch (SQLException e) {
                    works = "refused";
                }
                System.out.println(connection.getClass().getPackageName() + ": closed after abort: " + closed + ", then: " + works);
            }
        }
    }
}
J
java --enable-native-access=ALL-UNNAMED -cp "$work/h2.jar:$work/sqlite.jar" "$work/Abort.java" jdbc:h2:mem:abort "jdbc:sqlite:$work/abort.db" 2>/dev/null | tee "$work/out"
grep -q '^org.h2.jdbc: closed after abort: false, then: 1 row inserted$' "$work/out"
grep -q '^org.sqlite.*: closed after abort: false, then: 1 row inserted$' "$work/out"
