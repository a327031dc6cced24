#!/bin/sh
# commit() of JTA with one resource, when PostgreSQL's answer does not come, or is a refusal.
#
# Guess:  JTA has an exception for each: RollbackException for what has been rolled back, another one if it is not known. What returns
#         normally is durable.
# Seen:   the table below, with the rows that are in the table afterwards. Atomikos 6.0.0 with pgjdbc 42.7.14 as an XADataSource
#         returns normally, and nothing is there, when COMMIT has never come to the server, and even when it was refused as a
#         serialization failure (40001). pgjdbc says XAER_RMFAIL of all of them. Atomikos then asks for COMMIT PREPARED of what was never
#         prepared, hears that there is no such transaction, and takes that for "committed already". Agroal 3.2.1 with Narayana 7.3.4,
#         which is what Quarkus has, calls all of them RollbackException, and the row is there if only the answer was lost.
#         Narayana with the XADataSource does not claim to know, not even of a serialization failure.
# Matters: with Atomikos, a payment is answered "201 Created" and gone; nothing but a warning in the log tells. With Agroal, what is retried
#         "because it was rolled back" is done twice. A key that was written in the same transaction shows both, if one reads it again.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
options=
. "$(dirname "$0")/postgres.inc"
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3${4-}.jar"; }
get org/jboss/narayana/jta narayana-jta 7.3.4.Final
get org/jboss jboss-transaction-spi 8.0.0.Final
get org/jboss/logging jboss-logging 3.6.2.Final
get jakarta/transaction jakarta.transaction-api 2.0.1
get jakarta/resource jakarta.resource-api 2.1.0
for module in api pool narayana; do
  get io/agroal agroal-$module 3.2.1
done
get com/atomikos transactions-jta 6.0.0 -jakarta
get com/atomikos transactions-jdbc 6.0.0 -jakarta
for module in transactions transactions-api atomikos-util; do
  get com/atomikos $module 6.0.0
done
cat > "$work/Outcomes.java" <<'J'
import com.arjuna.ats.arjuna.common.*;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionSynchronizationRegistryImple;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import com.atomikos.icatch.jta.UserTransactionManager;
import com.atomikos.jdbc.AtomikosDataSourceBean;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.narayana.NarayanaTransactionIntegration;
import jakarta.transaction.TransactionManager;
import java.io.*;
import java.net.*;
import java.sql.*;
import javax.sql.*;
import javax.transaction.xa.XAResource;
import org.postgresql.xa.PGXADataSource;

public class Outcomes {
    interface Step { void run() throws Exception; }

    interface Work { void on(Connection connection) throws Exception; }

    /** Does a piece of work in a transaction, calls back, and commits. */
    interface Manager { void commit(String url, Work work, Step before) throws Exception; }

    private static String direct;
    private static Between between;
    private static int name;

    public static void main(String[] url) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err);
        direct = url[0];
        between = new Between(URI.create(direct.substring("jdbc:".length())).getPort());
        arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier("1");
        for (String store : new String[] {null, "communicationStore", "stateStore"}) {
            BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, store).setObjectStoreDir(url[1]);
        }
        try (Connection connection = DriverManager.getConnection(direct)) {
            connection.createStatement().execute("CREATE TABLE paid (id TEXT)");
        }
        TransactionManager narayana = com.arjuna.ats.jta.TransactionManager.transactionManager();
        UserTransactionManager atomikos = new UserTransactionManager();
        atomikos.init();

        out.println("commit() | its answer is lost | it is lost itself | serialization failure");
        out.println(row("JDBC alone", (to, work, before) -> {
            try (Connection connection = DriverManager.getConnection(to)) {
                connection.setAutoCommit(false);
                work.on(connection);
                before.run();
                connection.commit();
            }
        }));
        out.println(row("Agroal, Narayana", (to, work, before) -> {
            var integration = new NarayanaTransactionIntegration(narayana, new TransactionSynchronizationRegistryImple());
            var configuration = new AgroalDataSourceConfigurationSupplier().connectionPoolConfiguration(pool ->
                    pool.maxSize(1).transactionIntegration(integration).connectionFactoryConfiguration(factory -> factory.jdbcUrl(to)));
            try (AgroalDataSource pool = AgroalDataSource.from(configuration)) {
                narayana.begin();
                work.on(pool.getConnection());
                before.run();
                narayana.commit();
            }
        }));
        out.println(row("XADataSource, Narayana", (to, work, before) -> {
            XAConnection connection = xa(to).getXAConnection();
            narayana.begin();
            narayana.getTransaction().enlistResource(connection.getXAResource());
            work.on(connection.getConnection());
            narayana.getTransaction().delistResource(connection.getXAResource(), XAResource.TMSUCCESS);
            before.run();
            narayana.commit();
        }));
        out.println(row("XADataSource, Atomikos", (to, work, before) -> {
            AtomikosDataSourceBean pool = new AtomikosDataSourceBean();
            pool.setUniqueResourceName("postgres-" + ++name);
            pool.setXaDataSource(xa(to));
            pool.init();
            atomikos.begin();
            try (Connection connection = pool.getConnection()) {
                work.on(connection);
            }
            before.run();
            atomikos.commit();
        }));
        System.exit(0);
    }

    private static XADataSource xa(String url) {
        PGXADataSource source = new PGXADataSource();
        source.setUrl(url);
        return source;
    }

    private static String row(String who, Manager manager) throws Exception {
        Work pay = connection -> connection.createStatement().execute("INSERT INTO paid VALUES ('" + who + "')");
        String row = who + " | " + outcome(who, () -> manager.commit(between.url, pay, () -> between.loseAnswer = true))
                + " | " + outcome(who, () -> manager.commit(between.url, pay, () -> between.loseCommit = true)) + " | ";
        try (Connection other = DriverManager.getConnection(direct)) {
            other.setAutoCommit(false);
            return row + outcome(who, () -> manager.commit(direct, connection -> {
                for (Connection each : new Connection[] {connection, other}) {
                    each.createStatement().execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
                    each.createStatement().executeQuery("SELECT count(*) FROM paid").next();
                }
                pay.on(connection);
                other.createStatement().execute("INSERT INTO paid VALUES ('other')");
            }, other::commit));
        }
    }

    /** What the caller is told, and how many rows are there. */
    private static String outcome(String who, Step transaction) throws Exception {
        String said = "returns";
        try {
            transaction.run();
        } catch (SQLException e) {
            said = "SQLState " + e.getSQLState();
        } catch (Exception e) {
            said = e.getClass().getSimpleName();
        }
        Thread.sleep(200);
        try (Connection connection = DriverManager.getConnection(direct)) {
            return said + ", " + connection.createStatement().executeUpdate("DELETE FROM paid WHERE id = '" + who + "'");
        }
    }

    /** A way to the server that can break in front of a COMMIT, or of the answer to it. */
    static class Between {
        final String url;
        volatile boolean loseAnswer, loseCommit;

        Between(int port) throws IOException {
            ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
            url = direct.replace(":" + port + "/", ":" + server.getLocalPort() + "/") + "&sslmode=disable&gssEncMode=disable";
            start(() -> {
                while (true) {
                    Socket client = server.accept();
                    Socket database = new Socket("127.0.0.1", port);
                    start(() -> copy(client, database, false));
                    start(() -> copy(database, client, true));
                }
            });
        }

        private void copy(Socket from, Socket to, boolean answers) throws IOException {
            try (from; to) {
                byte[] bytes = new byte[8192];
                int length;
                while ((length = from.getInputStream().read(bytes)) >= 0) {
                    if ((answers ? loseAnswer : loseCommit) && new String(bytes, 0, length, "ISO-8859-1").contains("COMMIT")) {
                        loseAnswer = loseCommit = false;
                        return;
                    }
                    to.getOutputStream().write(bytes, 0, length);
                }
            }
        }

        private static void start(Step work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (Exception e) {
                    // One side is closed.
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
    }
}
J
cd "$work"
java -cp "$work/*" "$work/Outcomes.java" "$url" "$work/store" 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
commit() | its answer is lost | it is lost itself | serialization failure
JDBC alone | SQLState 08006, 1 | SQLState 08006, 0 | SQLState 40001, 0
Agroal, Narayana | RollbackException, 1 | RollbackException, 0 | RollbackException, 0
XADataSource, Narayana | HeuristicMixedException, 1 | HeuristicMixedException, 0 | HeuristicMixedException, 0
XADataSource, Atomikos | returns, 1 | returns, 0 | returns, 0
T
echo "As described."
