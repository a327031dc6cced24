#!/bin/sh
# Duplicate detection in Apache Artemis.
#
# Guess:  a message with the _AMQ_DUPL_ID of an earlier one to the same address is not taken, for as long as the broker has the id: the
#         last 20,000 of an address, on disk.
# Seen:   Artemis 2.56.0 looks for the id when a message is sent, and notes it when its transaction commits: of two transactions that
#         are open at once, both put their message into the queue. A queue that its first message has created is deleted when it is
#         empty and has no consumer (auto-delete-queues is true unless it is set), and the ids of its address with it.
#         And a divert that only copies looks for the id once more at its target: a copy whose id has come there from
#         another address is refused, and the message itself is not taken with it.
# Matters: the retry of a slow first attempt is the case that needs it most, and is executed twice; so is one that comes when the consumer
#         is down for a deployment. An outbox that sends an event with its id to two addresses is told "Duplicate message
#         detected" of the second one for ever, and takes it for done: nobody gets it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
central=https://repo.maven.apache.org/maven2
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
for module in server core-client jakarta-client commons journal selector lockmanager-api jdbc-store; do
  get org/apache/artemis artemis-$module 2.56.0
done
for module in buffer codec codec-http codec-socks common handler handler-proxy resolver transport transport-native-unix-common \
    transport-classes-epoll transport-classes-kqueue; do
  get io/netty netty-$module 4.1.137.Final
done
get org/apache/activemq activemq-artemis-native 2.0.0
get jakarta/jms jakarta.jms-api 3.1.0
get com/github/ben-manes/caffeine caffeine 3.2.4
get org/jctools jctools-core 4.0.7
get commons-beanutils commons-beanutils 1.11.0
get commons-collections commons-collections 3.2.2
get commons-logging commons-logging 1.3.5
get org/apache/commons commons-lang3 3.20.0
get io/micrometer micrometer-core 1.17.0
get io/micrometer micrometer-commons 1.17.0
get io/micrometer micrometer-observation 1.17.0
get org/slf4j slf4j-api 2.0.18
cat > "$work/Duplicates.java" <<'J'
import jakarta.jms.*;
import org.apache.activemq.artemis.api.core.*;
import org.apache.activemq.artemis.core.config.*;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.*;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

public class Duplicates {
    private static ActiveMQServer broker;
    private static Connection connection;

    public static void main(String[] folder) throws Exception {
        Configuration configuration = new ConfigurationImpl().setSecurityEnabled(false).setJournalType(JournalType.NIO)
                .setJournalDirectory(folder[0] + "/journal").setBindingsDirectory(folder[0] + "/bindings")
                .setLargeMessagesDirectory(folder[0] + "/large").setPagingDirectory(folder[0] + "/paging")
                // How often the broker looks for empty queues: 30 seconds by default.
                .setAddressQueueScanPeriod(200)
                .addAcceptorConfiguration("vm", "vm://0");
        for (String address : new String[] {"invoices", "letters"}) {
            configuration.addDivertConfiguration(
                    new DivertConfiguration().setName("copy of " + address).setAddress(address).setForwardingAddress("audit"));
        }
        for (String queue : new String[] {"payments", "invoices", "letters", "audit"}) {
            configuration.addQueueConfiguration(QueueConfiguration.of(queue).setRoutingType(RoutingType.ANYCAST).setAutoDelete(false));
        }
        EmbeddedActiveMQ embedded = new EmbeddedActiveMQ().setConfiguration(configuration);
        embedded.start();
        broker = embedded.getActiveMQServer();
        connection = new ActiveMQConnectionFactory("vm://0").createConnection();
        connection.start();
        System.out.println("sent twice with one id | first | second | messages that came");

        System.out.println("one after the other | " + send("payments", "a") + " | " + send("payments", "a") + " | " + received("payments"));

        try (Session one = transaction(); Session two = transaction()) {
            send(one, "payments", "b");
            send(two, "payments", "b");
            System.out.println("in two transactions at once | " + commit(one) + " | " + commit(two) + " | " + received("payments"));
        }

        String first = send("orders", "c");
        int before = received("orders");
        for (int wait = 0; wait < 100 && broker.locateQueue("orders") != null; wait++) {
            Thread.sleep(100);
        }
        System.out.println("to a queue that was empty in between | " + first + " | " + send("orders", "c") + " | "
                + (before + received("orders")));

        System.out.println("to two addresses with a copy each | " + send("invoices", "d") + " | " + send("letters", "d") + " | "
                + received("invoices") + " and " + received("letters") + ", " + received("audit") + " copy");
        System.exit(0);
    }

    private static Session transaction() throws JMSException {
        return connection.createSession(true, Session.SESSION_TRANSACTED);
    }

    private static String send(String queue, String id) throws JMSException {
        try (Session session = connection.createSession()) {
            send(session, queue, id);
            return "taken";
        } catch (JMSException e) {
            return e.getMessage().replaceAll(" - .*", "");
        }
    }

    private static void send(Session session, String queue, String id) throws JMSException {
        var message = session.createTextMessage("100 EUR");
        message.setStringProperty("_AMQ_DUPL_ID", id);
        session.createProducer(session.createQueue(queue)).send(message);
    }

    private static String commit(Session session) {
        try {
            session.commit();
            return "committed";
        } catch (JMSException e) {
            return e.getMessage();
        }
    }

    private static int received(String queue) throws JMSException {
        try (Session session = connection.createSession(); MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
            int messages = 0;
            while (consumer.receive(500) != null) {
                messages++;
            }
            return messages;
        }
    }
}
J
java -cp "$work/*" "$work/Duplicates.java" "$work/broker" 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
sent twice with one id | first | second | messages that came
one after the other | taken | taken | 1
in two transactions at once | committed | committed | 2
to a queue that was empty in between | taken | taken | 2
to two addresses with a copy each | taken | Duplicate message detected | 1 and 0, 1 copy
T
echo "As described."
