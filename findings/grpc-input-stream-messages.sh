#!/bin/sh
# When an interceptor of grpc-java can read the bytes of a message.
#
# Guess:  behind ServerInterceptors.useInputStreamMessages a message is an InputStream with its bytes, so an interceptor may keep the
#         message that onMessage brings, and read it in onHalfClose, which is where a unary handler gets its message.
# Seen:   grpc-java 1.85.1 over Netty: read in onMessage, the stream has the bytes. Read in onHalfClose, read() throws
#         java.lang.AssertionError: Failed executing read operation; the caller gets UNKNOWN. The bytes are presumably given
#         back when onMessage returns.
# Matters: an interceptor that logs, signs, measures or fingerprints requests by their bytes, and does so once the request is complete,
#         fails every call. It has to read, or copy, in onMessage. It is an Error, so what catches exceptions does not see it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
central=https://repo.maven.apache.org/maven2
for jar in io/grpc/grpc-api/1.85.1/grpc-api-1.85.1.jar io/grpc/grpc-core/1.85.1/grpc-core-1.85.1.jar \
  io/grpc/grpc-util/1.85.1/grpc-util-1.85.1.jar io/grpc/grpc-stub/1.85.1/grpc-stub-1.85.1.jar \
  io/grpc/grpc-netty-shaded/1.85.1/grpc-netty-shaded-1.85.1.jar io/perfmark/perfmark-api/0.27.0/perfmark-api-0.27.0.jar \
  com/google/guava/guava/33.5.0-jre/guava-33.5.0-jre.jar com/google/guava/failureaccess/1.0.3/failureaccess-1.0.3.jar; do
  curl -sSf -o "$work/$(basename "$jar")" "$central/$jar"
done
cat > "$work/Reading.java" <<'J'
import io.grpc.*;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.netty.shaded.io.grpc.netty.*;
import io.grpc.stub.*;
import java.io.*;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

public class Reading {
    private static final MethodDescriptor.Marshaller<String> TEXT = new MethodDescriptor.Marshaller<>() {
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };
    private static final MethodDescriptor<String, String> GREET = MethodDescriptor.<String, String>newBuilder()
            .setType(MethodType.UNARY).setFullMethodName("demo.Greeter/Greet").setRequestMarshaller(TEXT).setResponseMarshaller(TEXT).build();

    public static void main(String[] arguments) throws Exception {
        for (boolean late : new boolean[] {false, true}) {
            ServerServiceDefinition service = ServerServiceDefinition.builder("demo.Greeter").addMethod(GREET, ServerCalls.asyncUnaryCall(
                    (String name, StreamObserver<String> answer) -> {
                        answer.onNext("hello " + name);
                        answer.onCompleted();
                    })).build();
            Server server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                    .addService(ServerInterceptors.intercept(ServerInterceptors.useInputStreamMessages(service), new Reader(late)))
                    .build().start();
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
            String result;
            try {
                result = ClientCalls.blockingUnaryCall(channel, GREET, CallOptions.DEFAULT, "world");
            } catch (StatusRuntimeException e) {
                result = e.getStatus().getCode().toString();
            }
            System.out.println("read in " + (late ? "onHalfClose" : "onMessage") + ": the caller gets " + result);
            channel.shutdownNow();
            server.shutdownNow().awaitTermination();
        }
    }

    /** Reads the bytes of a message, and hands a copy on. */
    private record Reader(boolean late) implements ServerInterceptor {
        public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            ServerCall.Listener<Q> handler = next.startCall(call, headers);
            return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(handler) {
                private Q kept;

                @Override
                public void onMessage(Q message) {
                    if (late) {
                        kept = message;
                    } else {
                        super.onMessage(copy(message));
                    }
                }

                @Override
                public void onHalfClose() {
                    if (late) {
                        super.onMessage(copy(kept));
                    }
                    super.onHalfClose();
                }
            };
        }

        @SuppressWarnings("unchecked")
        private static <Q> Q copy(Q message) {
            try {
                return (Q) new ByteArrayInputStream(((InputStream) message).readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (AssertionError e) {
                System.out.println("reading threw " + e);
                throw e;
            }
        }
    }
}
J
java -cp "$work/*" "$work/Reading.java" 2> "$work/log" > "$work/seen" || { cat "$work/log"; exit 1; }
cat "$work/seen"
grep -q '^read in onMessage: the caller gets hello world$' "$work/seen"
grep -q '^reading threw java.lang.AssertionError: Failed executing read operation' "$work/seen"
grep -q '^read in onHalfClose: the caller gets UNKNOWN$' "$work/seen"
