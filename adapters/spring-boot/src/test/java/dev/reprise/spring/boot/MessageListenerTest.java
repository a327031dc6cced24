package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.ServerConsumer;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.server.impl.AckReason;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerPlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jms.autoconfigure.DefaultJmsListenerContainerFactoryConfigurer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.stereotype.Component;

/** A message that a real broker delivers twice acts once. */
class MessageListenerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Component
    static class Orders {
        private final JdbcTemplate jdbc;

        Orders(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @JmsListener(destination = "orders")
        @Idempotent(key = "#message.JMSMessageID", name = "orders")
        public void order(TextMessage message) throws JMSException {
            jdbc.update("INSERT INTO orders VALUES (?)", message.getText());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Orders.class)
    static class Application {
        @Bean
        DefaultJmsListenerContainerFactory jmsListenerContainerFactory(
                DefaultJmsListenerContainerFactoryConfigurer configurer, ConnectionFactory connections) {
            DefaultJmsListenerContainerFactory factory = new DefaultJmsListenerContainerFactory();
            configurer.configure(factory, connections);
            factory.setRecoveryInterval(50L);
            return factory;
        }
    }

    @Test
    void a_message_whose_acknowledgement_is_lost_is_delivered_again_and_acts_once_S7() throws Exception {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .run(
                        "--spring.main.banner-mode=off",
                        "--logging.level.root=error",
                        "--spring.artemis.mode=embedded",
                        "--spring.artemis.embedded.persistent=false",
                        "--spring.artemis.embedded.queues=orders",
                        "--spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1",
                        "--spring.sql.init.mode=never",
                        "--spring.autoconfigure.exclude="
                                + "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,"
                                + Booted.SECURITY)) {
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            jdbc.execute("CREATE TABLE orders (what VARCHAR(20))");
            ActiveMQServer broker = context.getBean(EmbeddedActiveMQ.class).getActiveMQServer();
            AtomicInteger acknowledgements = new AtomicInteger();
            broker.registerBrokerPlugin(new ActiveMQServerPlugin() {
                @Override
                public void messageAcknowledged(
                        Transaction transaction, MessageReference message, AckReason reason, ServerConsumer consumer) {
                    if (acknowledgements.incrementAndGet() == 1) {
                        broker.getRemotingService()
                                .getConnection(consumer.getConnectionID())
                                .fail(new ActiveMQException("The network breaks"));
                    }
                }
            });

            context.getBean(JmsTemplate.class).convertAndSend("orders", "tea");

            await().atMost(PATIENCE)
                    .until(() -> acknowledgements.get() >= 2
                            && broker.locateQueue("orders").getMessageCount() == 0);
            assertThat(jdbc.queryForList("SELECT what FROM orders", String.class))
                    .containsExactly("tea");
        }
    }
}
