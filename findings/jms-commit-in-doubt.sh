#!/bin/sh
# commit() of a JMS session whose connection breaks in front of the answer.
#
# Guess:  the client does not know whether the broker has committed, and says so: a JMSException. TransactionRolledBackException is for
#         what has been rolled back, as its name and JMS have it.
# Seen:   over "failover:", which both recommend, the clients of ActiveMQ 6.3.1 and Qpid JMS 2.10.0 throw
#         TransactionRolledBackException when the broker has committed and its answer is lost. They do not ask the broker. Only the
#         message of ActiveMQ's says "in doubt". Artemis' own client 2.56.0, by hand, throws a plain JMSException, and says in it that
#         the commit may have been successful.
# Matters: it is the exception after which one does the work again without a thought; Spring makes "rolled back" of it, too. The queue has
#         the message twice then, and so has whatever else was in the transaction.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
central=https://repo.maven.apache.org/maven2
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
for module in broker client amqp openwire-legacy; do
  get org/apache/activemq activemq-$module 6.3.1
done
get org/apache/qpid qpid-jms-client 2.10.0
get org/apache/qpid proton-j 0.34.1
for module in buffer codec codec-http common handler resolver transport transport-native-unix-common transport-classes-epoll; do
  get io/netty netty-$module 4.1.137.Final
done
get jakarta/jms jakarta.jms-api 3.1.0
get jakarta/annotation jakarta.annotation-api 3.0.0
get org/fusesource/hawtbuf hawtbuf 1.11
get com/fasterxml/jackson/core jackson-core 2.22.1
get com/fasterxml/jackson/core jackson-databind 2.22.1
get com/fasterxml/jackson/core jackson-annotations 2.22
get org/slf4j slf4j-api 2.0.18
cat > "$work/InDoubt.java" <<'J'
import jakarta.jms.*;
import java.io.*;
import java.net.*;
import java.util.*;
import jakarta.jms.Queue;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.qpid.jms.JmsConnectionFactory;

public class InDoubt {
    private static final BrokerService BROKER = new BrokerService();

    public static void main(String[] arguments) throws Exception {
        BROKER.setPersistent(false);
        BROKER.setUseJmx(false);
        BROKER.setUseShutdownHook(false);
        BROKER.addConnector("tcp://127.0.0.1:0");
        BROKER.addConnector("amqp://127.0.0.1:0");
        BROKER.start();
        System.out.println("client | commit() says | messages in the queue then | sent again, until commit() returns");
        row("ActiveMQ", new Between(0), port -> new ActiveMQConnectionFactory("failover:(tcp://127.0.0.1:" + port + ")"));
        row("Qpid JMS", new Between(1), port -> new JmsConnectionFactory("failover:(amqp://127.0.0.1:" + port + ")"));
        System.exit(0);
    }

    interface Client {
        ConnectionFactory at(int port);
    }

    private static void row(String name, Between between, Client client) throws Exception {
        try (Connection connection = client.at(between.server.getLocalPort()).createConnection()) {
            connection.start();
            Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
            Queue queue = session.createQueue(name.replace(" ", ""));
            MessageProducer producer = session.createProducer(queue);
            String said = null;
            int then = 0;
            boolean returned = false;
            for (int attempt = 1; !returned; attempt++) {
                producer.send(session.createTextMessage("100 EUR"));
                if (attempt == 1) {
                    between.loseAnswers(() -> messages(queue) == 1);
                }
                try {
                    session.commit();
                    returned = true;
                } catch (TransactionRolledBackException e) {
                    if (attempt == 1) {
                        said = "rolled back";
                        then = messages(queue);
                    }
                }
            }
            System.out.println(name + " | " + said + " | " + then + " | " + messages(queue));
        }
    }

    private static int messages(Queue queue) {
        try {
            return (int) BROKER.getDestination(new ActiveMQQueue(queue.getQueueName())).getDestinationStatistics().getMessages().getCount();
        } catch (Exception e) {
            throw new RuntimeException(e);
        }
    }

    /** A way to the broker, on which answers can be lost: what the client says still comes to the broker. */
    static class Between {
        final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final Set<Socket> open = Collections.synchronizedSet(new HashSet<>());
        private volatile boolean losing;

        Between(int connector) throws Exception {
            int port = BROKER.getTransportConnectors().get(connector).getConnectUri().getPort();
            start(() -> {
                while (true) {
                    Socket client = server.accept();
                    Socket broker = new Socket(InetAddress.getLoopbackAddress(), port);
                    open.addAll(List.of(client, broker));
                    start(() -> copy(client, broker, false));
                    start(() -> copy(broker, client, true));
                }
            });
        }

        interface Condition {
            boolean holds();
        }

        /** Loses them until a condition holds; then the connection breaks. */
        void loseAnswers(Condition condition) {
            losing = true;
            start(() -> {
                while (!condition.holds()) {
                    Thread.sleep(10);
                }
                for (Socket socket : List.copyOf(open)) {
                    open.remove(socket);
                    socket.close();
                }
                losing = false;
            });
        }

        private void copy(Socket from, Socket to, boolean answers) throws IOException {
            byte[] bytes = new byte[8192];
            int length;
            while ((length = from.getInputStream().read(bytes)) >= 0) {
                if (!(answers && losing)) {
                    to.getOutputStream().write(bytes, 0, length);
                }
            }
            to.close();
        }

        interface Work {
            void run() throws Exception;
        }

        private static void start(Work work) {
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
java -cp "$work/*" "$work/InDoubt.java" 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
client | commit() says | messages in the queue then | sent again, until commit() returns
ActiveMQ | rolled back | 1 | 2
Qpid JMS | rolled back | 1 | 2
T
echo "As described."
