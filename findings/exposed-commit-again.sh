#!/bin/sh
# transaction { } of Exposed, JetBrains' library for SQL in Kotlin.
#
# Guess:  it executes its block once. If it makes attempts at all, then after a deadlock or the like, and not when a commit has been sent and
#         its answer is lost: that is an error, as in JDBC.
# Seen:   Exposed 1.6.1 with pgjdbc 42.7.14 on PostgreSQL 18.6 executes the block again after an SQLException, of whatever kind, up to three
#         times, without being asked to. So when the answer of COMMIT is lost, the block is executed a second time, everything is there twice, and
#         transaction() returns as if nothing had been. And a block that fails for good, such as by a duplicate key, has done three times
#         what it does elsewhere. maxAttempts = 1 ends both.
# Matters: a payment is made twice, and nobody is told. A call to a service or a message from within the block goes out three times when the
#         caller's key is used already: just what the key should prevent.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
options=
. "$(dirname "$0")/postgres.inc"
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
for module in core jdbc; do
  get org/jetbrains/exposed exposed-$module 1.6.1
done
for module in stdlib reflect; do
  get org/jetbrains/kotlin kotlin-$module 2.3.20
done
get org/jetbrains/kotlinx kotlinx-coroutines-core-jvm 1.11.0
get org/jetbrains/kotlinx kotlinx-datetime-jvm 0.7.1-0.6.x-compat
get org/slf4j slf4j-api 2.0.9
cat > "$work/Again.java" <<'J'
import java.io.*;
import java.net.*;
import java.sql.*;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jetbrains.exposed.v1.jdbc.*;
import org.jetbrains.exposed.v1.jdbc.transactions.TransactionsKt;
import org.postgresql.ds.PGSimpleDataSource;

public class Again {
    private static String direct;
    private static Database database;
    private static int executions;
    private static volatile boolean loseAnswer;

    public static void main(String[] url) throws Exception {
        direct = url[0];
        try (Connection connection = DriverManager.getConnection(direct)) {
            connection.createStatement().execute("CREATE TABLE paid (amount INT)");
            connection.createStatement().execute("CREATE TABLE used (id TEXT PRIMARY KEY)");
            connection.createStatement().execute("INSERT INTO used VALUES ('k1')");
        }
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(between());
        // Database.connect(source): Java cannot leave out the four further arguments of Kotlin.
        for (var method : Database.Companion.getClass().getMethods()) {
            if (method.getName().equals("connect$default") && method.getParameterTypes()[1] == DataSource.class) {
                database = (Database) method.invoke(null, Database.Companion, source, null, null, null, null, 0b11110, null);
            }
        }
        System.out.println("transaction { } | says | executions of the block | payments");
        row("the answer of COMMIT is lost", transaction -> {
            transaction.exec("INSERT INTO paid VALUES (100)", List.of(), null);
            loseAnswer = executions == 1;
        });
        row("its last statement has a used key", transaction -> {
            transaction.exec("INSERT INTO paid VALUES (100)", List.of(), null);
            transaction.exec("INSERT INTO used VALUES ('k1')", List.of(), null);
        });
        row("the same, with maxAttempts = 1", transaction -> {
            transaction.setMaxAttempts(1);
            transaction.exec("INSERT INTO paid VALUES (100)", List.of(), null);
            transaction.exec("INSERT INTO used VALUES ('k1')", List.of(), null);
        });
        System.exit(0);
    }

    private static void row(String what, Consumer<JdbcTransaction> block) throws Exception {
        executions = 0;
        String said = "returns";
        try {
            TransactionsKt.transaction(database, null, null, transaction -> {
                executions++;
                block.accept(transaction);
                return null;
            });
        } catch (Exception e) {
            said = e.getClass().getSimpleName();
        }
        try (Connection connection = DriverManager.getConnection(direct)) {
            System.out.println(what + " | " + said + " | " + executions + " | " + connection.createStatement().executeUpdate("DELETE FROM paid"));
        }
    }

    /** A way to the server that can break in front of the answer to a COMMIT. */
    private static String between() throws IOException {
        int port = URI.create(direct.substring("jdbc:".length())).getPort();
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        start(() -> {
            while (true) {
                Socket client = server.accept();
                Socket database = new Socket("127.0.0.1", port);
                start(() -> copy(client, database, false));
                start(() -> copy(database, client, true));
            }
        });
        return direct.replace(":" + port + "/", ":" + server.getLocalPort() + "/") + "&sslmode=disable&gssEncMode=disable";
    }

    private static void copy(Socket from, Socket to, boolean answers) throws IOException {
        try (from; to) {
            byte[] bytes = new byte[8192];
            int length;
            while ((length = from.getInputStream().read(bytes)) >= 0) {
                if (answers && loseAnswer && new String(bytes, 0, length, "ISO-8859-1").contains("COMMIT")) {
                    loseAnswer = false;
                    return;
                }
                to.getOutputStream().write(bytes, 0, length);
            }
        }
    }

    interface Work { void run() throws IOException; }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // One side is closed.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
J
java -cp "$work/*" "$work/Again.java" "$url" 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
transaction { } | says | executions of the block | payments
the answer of COMMIT is lost | returns | 2 | 2
its last statement has a used key | ExposedSQLException | 3 | 0
the same, with maxAttempts = 1 | ExposedSQLException | 1 | 0
T
echo "As described."
