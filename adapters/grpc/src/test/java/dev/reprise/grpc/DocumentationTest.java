package dev.reprise.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyEngine;
import dev.reprise.TransactionalEngine;
import dev.reprise.client.IdempotencyKey;
import dev.reprise.client.grpc.KeyInterceptor;
import dev.reprise.grpc.ProtectedMethod.Meaning;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.OperationStore;
import dev.reprise.store.jdbc.JdbcTransactionalStore;
import dev.reprise.store.jdbc.JdbcTransactions;
import dev.reprise.store.jdbc.TableName;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;

/** What {@code docs/grpc.md} shows, line by line; it works. */
class DocumentationTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ((?:`[A-Z_]+`(?:, )?)+) \\| `([A-Z_]+)` \\| .* \\|$");
    private static final Context.Key<String> USER = Context.keyWithDefault("user", "ann");

    /** As the compiler for Protocol Buffers makes it. */
    private static final class PaymentsGrpc {
        private PaymentsGrpc() {}

        private static MethodDescriptor<String, String> getChargeMethod() {
            return Texts.CHARGE;
        }
    }

    private final OperationStore store = new MemoryStore();
    private final AtomicInteger executions = new AtomicInteger();

    private final class Payments implements BindableService {
        @Override
        public ServerServiceDefinition bindService() {
            return ServerServiceDefinition.builder("test.Payments")
                    .addMethod(PaymentsGrpc.getChargeMethod(), ServerCalls.asyncUnaryCall(this::charge))
                    .build();
        }

        private void charge(String amount, StreamObserver<String> answer) {
            answer.onNext("charge " + executions.incrementAndGet());
            answer.onCompleted();
        }
    }

    @Test
    void the_server_and_the_channel() throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        IdempotencyEngine engine = IdempotencyEngine.over(store).build();
        IdempotencyInterceptor idempotency = IdempotencyInterceptor.over(
                engine,
                (call, headers) -> USER.get(), // set by the interceptor that authenticates
                List.of(ProtectedMethod.of(PaymentsGrpc.getChargeMethod()).withKeyRequired(true)));

        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Server server = NettyServerBuilder.forAddress(address)
                .executor(threads)
                .addService(ServerInterceptors.intercept(new Payments(), idempotency))
                .build()
                .start();

        String target = "127.0.0.1:" + server.getPort();
        Map<String, ?> retries = Map.of(
                "methodConfig",
                List.of(Map.of(
                        "name", List.of(Map.of("service", "test.Payments")),
                        "retryPolicy",
                                Map.of(
                                        "maxAttempts",
                                        5.0,
                                        "initialBackoff",
                                        "0.2s",
                                        "maxBackoff",
                                        "10s",
                                        "backoffMultiplier",
                                        2.0,
                                        "retryableStatusCodes",
                                        List.of("UNAVAILABLE")))));
        ManagedChannel channel = ManagedChannelBuilder.forTarget(target)
                .usePlaintext()
                .defaultServiceConfig(retries)
                .intercept(KeyInterceptor.create())
                .build();

        assertThat(call(channel, CallOptions.DEFAULT)).isEqualTo("charge 1");
        CallOptions named = CallOptions.DEFAULT.withOption(KeyInterceptor.KEY, new IdempotencyKey("order-17"));
        assertThat(call(channel, named)).isEqualTo("charge 2");
        assertThat(call(channel, named)).isEqualTo("charge 2");
        channel.shutdownNow();
        server.shutdownNow();
        threads.shutdownNow();
        engine.close();
    }

    private static String call(Channel channel, CallOptions options) {
        return ClientCalls.blockingUnaryCall(channel, Texts.CHARGE, options, "ten");
    }

    @Test
    void the_business_transaction() throws Exception {
        JdbcConnectionPool pool =
                JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE charges (amount varchar(20))");
        }

        TransactionalEngine<Connection> engine = TransactionalEngine.over(
                        JdbcTransactions.of(pool), JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                .build();
        IdempotencyInterceptor idempotency = IdempotencyInterceptor.over(
                engine,
                TRANSACTION,
                (call, headers) -> USER.get(),
                List.of(ProtectedMethod.of(PaymentsGrpc.getChargeMethod()).withKeyRequired(true)));

        ServerServiceDefinition service = ServerServiceDefinition.builder(ServiceDescriptor.newBuilder("test.Payments")
                        .addMethod(Texts.CHARGE)
                        .build())
                .addMethod(Texts.CHARGE, ServerCalls.asyncUnaryCall(DocumentationTest::charge))
                .build();
        try (Served served = Served.of(ServerInterceptors.intercept(service, idempotency))) {
            assertThat(served.charge("k", "ten").message()).isEqualTo("charged ten");
            assertThat(served.charge("k", "ten").replayed()).isTrue();
        }
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM charges")) {
            rows.next();
            assertThat(rows.getInt(1)).isOne();
        }
        engine.close();
        pool.dispose();
    }

    static final Context.Key<Connection> TRANSACTION = Context.key("transaction");

    private static void charge(String amount, StreamObserver<String> answer) {
        try (PreparedStatement insert = TRANSACTION.get().prepareStatement("INSERT INTO charges VALUES (?)")) {
            insert.setString(1, amount);
            insert.executeUpdate(); // neither commit nor roll back: the interceptor does
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        answer.onNext("charged " + amount);
        answer.onCompleted();
    }

    @Test
    void what_each_code_means_is_as_in_the_table_S14_S15() throws Exception {
        Map<Status.Code, Meaning> documented = new EnumMap<>(Status.Code.class);
        ROW.matcher(Files.readString(Path.of("../../docs/grpc.md"))).results().forEach(row -> {
            for (String code : row.group(1).split(", ", -1)) {
                documented.put(Status.Code.valueOf(code.replace("`", "")), Meaning.valueOf(row.group(2)));
            }
        });

        assertThat(documented)
                .containsExactlyInAnyOrderEntriesOf(
                        ProtectedMethod.of(Texts.CHARGE).meanings());
    }
}
