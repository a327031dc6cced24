#!/bin/sh
# Deleting the oldest rows in batches, by an index.
#
# Guess:  "DELETE ... the 50 oldest, by the index" costs as much the thousandth time as the first. Nobody else has a transaction open, and
#         a scan that meets the index entry of a dead row marks it, so that later ones pass over it.
# Seen:   PostgreSQL 18.6, 200,000 rows deleted 50 at a time, autovacuum off to see it alone: the first batch reads about as many pages
#         of the index as it must, the last one hundreds, and so each batch walks over all that were deleted before it: marked
#         entries are passed over, but one by one. With a condition that says where the last batch has ended it reads a few again.
# Matters: a purge of expired records, or a queue in a table, gets slower with everything that it has done since the last vacuum, which by
#         default comes when a fifth of the table has changed. Remember where the last batch ended, and start over now and then.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
options="-c autovacuum=off -c fsync=off"
. "$(dirname "$0")/postgres.inc"
cat > "$work/Oldest.java" <<'J'
import java.sql.*;
import java.util.regex.*;
public class Oldest {
    static final String TAKE = "DELETE FROM item WHERE ctid = ANY (ARRAY(SELECT ctid FROM item WHERE expires > ? ORDER BY expires LIMIT 50))";

    public static void main(String[] url) throws Exception {
        try (Connection connection = DriverManager.getConnection(url[0]);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE item (id uuid PRIMARY KEY, expires bigint NOT NULL)");
            statement.execute("INSERT INTO item SELECT gen_random_uuid(), n FROM generate_series(1, 201000) n");
            statement.execute("CREATE INDEX item_expires ON item (expires)");
            statement.execute("VACUUM ANALYZE item");
            int first = pages(connection, 0);
            try (PreparedStatement take = connection.prepareStatement(TAKE)) {
                take.setLong(1, 0);
                for (int batch = 0; batch < 3998; batch++) {
                    take.executeUpdate();
                }
            }
            int last = pages(connection, 0);
            int behind = pages(connection, 199_950);
            System.out.println("pages read by the first batch: " + first + ", by the last: " + last + ", by one that goes on behind it: " + behind);
            System.out.println(first < 20 && last > 400 && behind < 20 ? "the last one reads what is gone" : "otherwise");
        }
    }

    /** Of the scan by which a batch finds its rows. */
    static int pages(Connection connection, long behind) throws SQLException {
        try (PreparedStatement explain = connection.prepareStatement("EXPLAIN (ANALYZE, BUFFERS, FORMAT TEXT) " + TAKE)) {
            explain.setLong(1, behind);
            try (ResultSet lines = explain.executeQuery()) {
                boolean scan = false;
                while (lines.next()) {
                    String line = lines.getString(1);
                    scan |= line.contains("Index") && line.contains("item_expires");
                    Matcher found = Pattern.compile("Buffers: shared hit=(\\d+)").matcher(line);
                    if (scan && found.find()) {
                        return Integer.parseInt(found.group(1));
                    }
                }
            }
        }
        throw new IllegalStateException("no scan by the index");
    }
}
J
java -cp "$work/pgjdbc.jar" "$work/Oldest.java" "$url" | tee "$work/out"
tail -1 "$work/out" | grep -qx 'the last one reads what is gone'
