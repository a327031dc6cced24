package dev.reprise.grpc;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Methods that take and give text. */
final class Texts {
    static final MethodDescriptor<String, String> CHARGE = method("test.Payments/Charge", MethodType.UNARY);
    static final MethodDescriptor<String, String> REFUND = method("test.Payments/Refund", MethodType.UNARY);
    static final MethodDescriptor<String, String> WATCH = method("test.Payments/Watch", MethodType.SERVER_STREAMING);

    private Texts() {}

    private static MethodDescriptor<String, String> method(String name, MethodType type) {
        return MethodDescriptor.<String, String>newBuilder()
                .setType(type)
                .setFullMethodName(name)
                .setRequestMarshaller(new Marshaller())
                .setResponseMarshaller(new Marshaller())
                .build();
    }

    private static final class Marshaller implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            return new String(MessageBytes.of(stream), StandardCharsets.UTF_8);
        }
    }
}
