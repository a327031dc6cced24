#!/bin/sh
# The idempotent receivers of Spring Integration and Apache Camel.
#
# Guess:  they take a message for a duplicate if one with its key has been handled. What has failed may come again; what comes while the
#         first is being handled waits or is refused; and a sender that waits for an answer gets the first one's, or none.
# Seen:   Spring Integration 7.1.2 notes the key before it handles the message, and does not take it back: when the handler fails, the
#         same message is dropped for a duplicate when it comes again, and nothing is ever done. Camel 4.22.0 takes the key back, but
#         only once the first has failed: what comes in the meantime is a duplicate, too. Its sender, and that of every other
#         duplicate, gets its own request for an answer, as if it had been handled.
# Matters: Spring Integration's loses just the messages for which brokers deliver again. Behind an HTTP endpoint of Camel, the retry of a slow
#         request is told 200 with what it has sent, when the first goes on to fail: nobody has paid, and somebody believes it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
central=https://repo.maven.apache.org/maven2
get() { curl -sSf -o "$work/$2-$3.jar" "$central/$1/$2/$3/$2-$3.jar"; }
get org/springframework/integration spring-integration-core 7.1.2
for module in core beans aop context expression messaging tx; do
  get org/springframework spring-$module 7.0.10
done
get io/projectreactor reactor-core 3.8.8
get org/reactivestreams reactive-streams 1.0.4
get io/micrometer micrometer-commons 1.17.2
get io/micrometer micrometer-observation 1.17.2
get org/jspecify jspecify 1.0.1
get commons-logging commons-logging 1.3.5
for module in api base base-engine core-engine core-languages core-model core-processor core-reifier direct management-api support util \
    util-json xml-jaxp-util; do
  get org/apache/camel camel-$module 4.22.0
done
get jakarta/xml/bind jakarta.xml.bind-api 4.0.5
get org/slf4j slf4j-api 2.0.18
cat > "$work/Receivers.java" <<'J'
import java.util.Map;
import java.util.concurrent.*;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.springframework.context.annotation.*;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.handler.advice.IdempotentReceiverInterceptor;
import org.springframework.integration.channel.NullChannel;
import org.springframework.integration.core.MessagingTemplate;
import org.springframework.integration.selector.MetadataStoreSelector;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.messaging.Message;

public class Receivers {
    private static final AtomicInteger HANDLED = new AtomicInteger();
    private static volatile CountDownLatch begun;
    private static volatile CountDownLatch goOn;
    private static volatile boolean failing;

    static String pay(Object body) {
        HANDLED.incrementAndGet();
        begun.countDown();
        try {
            goOn.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (failing) {
            failing = false;
            throw new IllegalStateException("no answer");
        }
        return "paid " + body;
    }

    @Configuration
    @EnableIntegration
    public static class Flow {
        @Bean
        public IdempotentReceiverInterceptor once() {
            IdempotentReceiverInterceptor once = new IdempotentReceiverInterceptor(
                    new MetadataStoreSelector(message -> message.getHeaders().get("key", String.class)));
            once.setDiscardChannel(new NullChannel());
            return once;
        }

        @Bean
        public IntegrationFlow flow() {
            return IntegrationFlow.from("payments")
                    .handle(Object.class, (body, headers) -> pay(body), endpoint -> endpoint.advice(once())).get();
        }
    }

    interface Receiver { Object send(String key, String body) throws Exception; }

    public static void main(String[] arguments) throws Exception {
        System.out.println("a message comes twice | after it was handled | after it failed | while it is handled, and fails");
        var context = new AnnotationConfigApplicationContext(Flow.class);
        MessagingTemplate spring = new MessagingTemplate();
        spring.setBeanFactory(context);
        spring.setReceiveTimeout(300);
        row("Spring Integration", (key, body) -> {
            Message<?> answer = spring.sendAndReceive("payments", MessageBuilder.withPayload(body).setHeader("key", key).build());
            return answer == null ? "" : answer.getPayload();
        });
        DefaultCamelContext camel = new DefaultCamelContext();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:payments").idempotentConsumer(header("key"), MemoryIdempotentRepository.memoryIdempotentRepository())
                        .process(exchange -> exchange.getMessage().setBody(pay(exchange.getMessage().getBody())));
            }
        });
        camel.start();
        ProducerTemplate template = camel.createProducerTemplate();
        row("Camel", (key, body) -> template.requestBodyAndHeaders("direct:payments", body, Map.of("key", key)));
        System.exit(0);
    }

    private static void row(String name, Receiver receiver) throws Exception {
        begin(false);
        goOn.countDown();
        String row = name + " | " + said(receiver, "a") + ", then " + said(receiver, "a") + ", handled " + HANDLED;
        begin(true);
        goOn.countDown();
        row += " | " + said(receiver, "b") + ", then " + said(receiver, "b") + ", handled " + HANDLED;
        begin(true);
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> said(receiver, "c"));
        begun.await();
        String second = said(receiver, "c");
        goOn.countDown();
        System.out.println(row + " | " + first.get() + ", meanwhile " + second + ", handled " + HANDLED);
    }

    private static void begin(boolean toFail) {
        HANDLED.set(0);
        failing = toFail;
        begun = new CountDownLatch(1);
        goOn = new CountDownLatch(1);
    }

    /** Sends a message with a key, and waits for the answer. */
    private static String said(Receiver receiver, String key) {
        try {
            return "\"" + receiver.send(key, "100 EUR") + "\"";
        } catch (Exception e) {
            return "error";
        }
    }
}
J
java -cp "$work/*" "$work/Receivers.java" 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
a message comes twice | after it was handled | after it failed | while it is handled, and fails
Spring Integration | "paid 100 EUR", then "", handled 1 | error, then "", handled 1 | error, meanwhile "", handled 1
Camel | "paid 100 EUR", then "100 EUR", handled 1 | error, then "paid 100 EUR", handled 2 | error, meanwhile "100 EUR", handled 1
T
echo "As described."
