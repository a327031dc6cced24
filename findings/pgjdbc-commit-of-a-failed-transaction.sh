#!/bin/sh
# commit() of a transaction in which a statement has failed, in PostgreSQL's JDBC driver.
#
# Guess:  the server answers such a COMMIT with the command tag ROLLBACK, and the driver, which sees it, lets commit() throw: nothing of
#         the transaction is there, so a commit that returns would be a lie.
# Seen:   pgjdbc 42.7.14 on PostgreSQL 18.6: commit() returns normally, and so does COMMIT as a statement; the row that was inserted
#         before the failure is gone. There is no setting that changes it in this version.
# Matters: whoever goes on after a failed statement is told that the work is durable. A library that answers "201 Created" after
#         commit() has to ask the transaction before, or to remember that a statement failed.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
options=
. "$(dirname "$0")/postgres.inc"
cat > "$work/Silent.java" <<'J'
import java.sql.*;
public class Silent {
    public static void main(String[] url) throws Exception {
        try (Connection connection = DriverManager.getConnection(url[0])) {
            connection.createStatement().execute("CREATE TABLE t (a INT PRIMARY KEY)");
            connection.setAutoCommit(false);
            for (String how : new String[] {"commit()", "COMMIT as a statement"}) {
                connection.createStatement().execute("INSERT INTO t VALUES (1)");
                try {
                    connection.createStatement().execute("INSERT INTO t VALUES (1)");
                } catch (SQLException expected) {
                    // The application goes on all the same.
                }
                String end = "returns normally";
                try {
                    if (how.equals("commit()")) {
                        connection.commit();
                    } else {
                        connection.createStatement().execute("COMMIT");
                    }
                } catch (SQLException e) {
                    end = "throws";
                    connection.rollback();
                }
                try (ResultSet rows = connection.createStatement().executeQuery("SELECT count(*) FROM t")) {
                    rows.next();
                    System.out.println(how + ": " + end + ", rows: " + rows.getInt(1));
                }
                connection.rollback();
            }
        }
    }
}
J
java -cp "$work/pgjdbc.jar" "$work/Silent.java" "$url" | tee "$work/out"
printf 'commit(): returns normally, rows: 0\nCOMMIT as a statement: returns normally, rows: 0\n' | diff - "$work/out"
