#!/bin/sh
# A default fetch size, and a text of several statements that ends in COMMIT.
#
# Guess:  defaultRowFetchSize only decides how many rows come at once; rows that do not fit into one batch are fetched when they are
#         asked for. A text "SELECT ...; COMMIT" works with it as it does without.
# Seen:   pgjdbc 42.7.14 on PostgreSQL 18.6: without the setting all 3 rows are read. With defaultRowFetchSize=2 the third row cannot be:
#         the commit has closed the cursor, and the driver's next fetch fails with "portal ... does not exist".
# Matters: a library that saves a round trip by sending its last read and COMMIT together breaks at customers who have that
#         setting in their URL. Statements of its own have to set the fetch size back to 0.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
options=
. "$(dirname "$0")/postgres.inc"
cat > "$work/Fetch.java" <<'J'
import java.sql.*;
public class Fetch {
    public static void main(String[] url) throws Exception {
        for (String setting : new String[] {"", "&defaultRowFetchSize=2"}) {
            try (Connection connection = DriverManager.getConnection(url[0] + setting);
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                int rows = 0;
                String end = "no error";
                statement.execute("SELECT generate_series(1, 3); COMMIT");
                try (ResultSet result = statement.getResultSet()) {
                    while (result.next()) {
                        rows++;
                    }
                } catch (SQLException e) {
                    end = e.getMessage().replaceAll("\"[^\"]*\"", "...");
                }
                System.out.println("[" + setting + "] rows: " + rows + ", " + end);
            }
        }
    }
}
J
java -cp "$work/pgjdbc.jar" "$work/Fetch.java" "$url" | tee "$work/out"
printf '[] rows: 3, no error\n[&defaultRowFetchSize=2] rows: 2, ERROR: portal ... does not exist\n' | diff - "$work/out"
