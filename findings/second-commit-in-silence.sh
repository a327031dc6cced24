#!/bin/sh
# A transaction of Spring on a database, with a message by JmsTemplate, RabbitTemplate or RedisTemplate in it.
#
# Guess:  if the message is refused when the database has committed, the caller gets an exception: it is late for a rollback, but one knows, and
#         can send the message again. So it is with JMS.
# Seen:   with RabbitTemplate (channelTransacted) of Spring AMQP 4.1.2 and RedisTemplate (enableTransactionSupport) of Spring Data Redis 4.1.2
#         the caller returns normally, the row is there, and the message is not. It takes no broken connection: here, an exchange is missing,
#         and Redis is full. They commit in afterCompletion(), whose exceptions go to nobody. Of Rabbit, the log tells of a closed channel; one
#         has to enable a capture, and call checkAfterCompletion() behind each transaction. Of Redis, nothing is logged.
# Matters: an order is answered "201 Created", and whoever is to ship it never hears of it. A retry finds the row, and does not send either.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/redis.inc"
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
for module in core beans context context-support aop expression tx jdbc messaging oxm jms; do
  get org/springframework spring-$module 7.0.10
done
get org/springframework/amqp spring-amqp 4.1.2
get org/springframework/amqp spring-rabbit 4.1.2
get com/rabbitmq amqp-client 5.37.1
for module in redis keyvalue commons; do
  get org/springframework/data spring-data-$module 4.1.2
done
get io/lettuce lettuce-core 7.7.0.RELEASE
get redis/clients/authentication redis-authx-core 0.1.1-beta2
get org/reactivestreams reactive-streams 1.0.4
get io/projectreactor reactor-core 3.8.8
for module in common buffer transport handler resolver resolver-dns codec-base codec-dns transport-native-unix-common; do
  get io/netty netty-$module 4.2.20.Final
done
for module in broker-core broker-plugins-amqp-0-8-protocol broker-plugins-memory-store; do
  get org/apache/qpid qpid-$module 10.1.0
done
for module in core databind; do
  get tools/jackson/core jackson-$module 3.2.1
done
get com/fasterxml/jackson/core jackson-annotations 2.22
get com/github/ben-manes/caffeine caffeine 3.2.4
for module in bcprov bcpkix bcutil; do
  get org/bouncycastle $module-jdk18on 1.84
done
for module in observation commons; do
  get io/micrometer micrometer-$module 1.17.2
done
get jakarta/jms jakarta.jms-api 3.1.0
get com/h2database h2 2.5.252
get commons-logging commons-logging 1.3.5
get org/jspecify jspecify 1.0.1
get org/slf4j slf4j-api 2.0.18
cat > "$work/broker.json" <<'C'
{
  "name": "broker",
  "modelVersion": "9.1",
  "authenticationproviders": [{"name": "plain", "type": "Plain", "secureOnlyMechanisms": [],
    "users": [{"name": "guest", "type": "managed", "password": "guest"}]}],
  "ports": [{"name": "AMQP", "port": "0", "bindingAddress": "127.0.0.1", "authenticationProvider": "plain", "protocols": ["AMQP_0_9_1"],
    "virtualhostaliases": [{"name": "default", "type": "defaultAlias"}, {"name": "name", "type": "nameAlias"}]}],
  "virtualhostnodes": [{"name": "default", "type": "Memory", "defaultVirtualHostNode": "true",
    "virtualHostInitialConfiguration": "{\"type\": \"Memory\"}"}]
}
C
cat > "$work/Silence.java" <<'J'
import jakarta.jms.*;
import java.io.File;
import java.lang.reflect.Proxy;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener;
import org.apache.qpid.server.model.*;
import org.h2.jdbcx.JdbcDataSource;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.*;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.transaction.support.TransactionTemplate;

public class Silence {
    private static JdbcTemplate table;
    private static TransactionTemplate transaction;

    public static void main(String[] arguments) throws Exception {
        JdbcDataSource source = new JdbcDataSource();
        source.setUrl("jdbc:h2:mem:orders;DB_CLOSE_DELAY=-1");
        table = new JdbcTemplate(source);
        table.execute("CREATE TABLE orders (id VARCHAR)");
        transaction = new TransactionTemplate(new JdbcTransactionManager(source));
        System.out.println("with | when all is well | the other one is refused");

        JmsTemplate jms = new JmsTemplate(jms());
        jms.setSessionTransacted(true);
        System.out.println("JmsTemplate | - | " + order(() -> jms.convertAndSend("orders", "1")));

        RabbitTemplate rabbit = new RabbitTemplate(new CachingConnectionFactory("127.0.0.1", rabbit(new File(arguments[1]))));
        rabbit.setChannelTransacted(true);
        new RabbitAdmin(rabbit.getConnectionFactory()).declareQueue(new Queue("orders", false));
        String well = order(() -> rabbit.convertAndSend("", "orders", "1")) + count(rabbit.receive("orders", 1000));
        String refused = order(() -> rabbit.convertAndSend("missing", "orders", "1")) + count(rabbit.receive("orders", 1000));
        System.out.println("RabbitTemplate | " + well + " | " + refused);

        LettuceConnectionFactory lettuce = new LettuceConnectionFactory("127.0.0.1", Integer.parseInt(arguments[0]));
        lettuce.start();
        StringRedisTemplate redis = new StringRedisTemplate(lettuce);
        redis.setEnableTransactionSupport(true);
        redis.afterPropertiesSet();
        StringRedisTemplate outside = new StringRedisTemplate(lettuce);
        well = order(() -> redis.opsForList().leftPush("orders", "1")) + count(outside.opsForList().rightPop("orders"));
        outside.execute((org.springframework.data.redis.core.RedisCallback<Object>) connection -> {
            connection.serverCommands().setConfig("maxmemory", "1");
            return null;
        });
        refused = order(() -> redis.opsForList().leftPush("orders", "1")) + count(outside.opsForList().rightPop("orders"));
        System.out.println("RedisTemplate | " + well + " | " + refused);
        System.exit(0);
    }

    interface Sending {
        void send();
    }

    /** Inserts an order and sends a message, in one transaction. */
    private static String order(Sending sending) {
        table.execute("DELETE FROM orders");
        String said = "returns";
        try {
            transaction.executeWithoutResult(status -> {
                table.update("INSERT INTO orders VALUES ('1')");
                sending.send();
            });
        } catch (Exception e) {
            said = e.getClass().getSimpleName();
        }
        return said + ", rows " + table.queryForObject("SELECT count(*) FROM orders", Integer.class);
    }

    private static String count(Object message) {
        return ", messages " + (message == null ? 0 : 1);
    }

    /** A provider of JMS whose commit fails. */
    private static ConnectionFactory jms() {
        return (ConnectionFactory) fake(ConnectionFactory.class);
    }

    private static Object fake(Class<?> type) {
        return Proxy.newProxyInstance(Silence.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            if (method.getName().equals("commit")) {
                throw new JMSException("refused");
            }
            Class<?> returned = method.getReturnType();
            return returned == boolean.class ? (Object) true : returned == int.class ? (Object) 0 : returned.isInterface() ? fake(returned) : null;
        });
    }

    /** Starts a broker, and returns its port. */
    private static int rabbit(File configuration) throws Exception {
        int[] port = new int[1];
        SystemConfig<?>[] system = new SystemConfig<?>[1];
        new SystemLauncher(new SystemLauncherListener.DefaultSystemLauncherListener() {
            @Override
            public void onContainerResolve(SystemConfig<?> config) {
                system[0] = config;
            }
        }).startup(Map.of("type", "Memory", "initialConfigurationLocation", configuration.toURI().toString(), "startupLoggedToSystemOut", "false"));
        for (org.apache.qpid.server.model.Port<?> each : system[0].getContainer().getChildren(org.apache.qpid.server.model.Port.class)) {
            port[0] = each.getBoundPort();
        }
        return port[0];
    }
}
J
java -cp "$work/*" "$work/Silence.java" "$port" "$work/broker.json" 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
with | when all is well | the other one is refused
JmsTemplate | - | SynchedLocalTransactionFailedException, rows 1
RabbitTemplate | returns, rows 1, messages 1 | returns, rows 1, messages 0
RedisTemplate | returns, rows 1, messages 1 | returns, rows 1, messages 0
T
echo "As described."
