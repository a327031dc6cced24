package dev.reprise.client.grpc;

import dev.reprise.client.IdempotencyKey;
import dev.reprise.client.KeyGenerator;
import dev.reprise.client.spi.RetryableRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Gives each unary call an idempotency key, the same on every attempt of it (C1), so that the retries and hedges of the channel are
 * safe. It does not retry by itself: gRPC does, by the {@code retryPolicy} of a service config.
 *
 * <p>The key is, in this order, the one that is in the call's metadata already, that of the option {@link #KEY}, or a new one. A
 * caller that makes a call anew after its channel has given up has to give the key, or it begins another operation. Methods that are
 * marked as safe get no key (S5), nor do streams.
 *
 * <p>Thread-safe.
 */
public final class KeyInterceptor implements ClientInterceptor {
    /** The key of a call, given by its caller: {@code stub.withOption(KeyInterceptor.KEY, key)}. */
    public static final CallOptions.Key<@Nullable IdempotencyKey> KEY = CallOptions.Key.create("idempotency-key");

    private final KeyGenerator keys;
    private final Metadata.Key<String> entry;

    private KeyInterceptor(KeyGenerator keys, String entry) {
        this.keys = keys;
        this.entry = Metadata.Key.of(entry, Metadata.ASCII_STRING_MARSHALLER);
    }

    /** Keys of {@link KeyGenerator#uuid7} in the metadata {@code idempotency-key}. */
    public static KeyInterceptor create() {
        return create(KeyGenerator.uuid7(InstantSource.system(), new SecureRandom()));
    }

    /**
     * Keys of the given generator in the metadata {@code idempotency-key}.
     *
     * @param keys one that asks a server keeps the thread that makes the call waiting
     */
    public static KeyInterceptor create(KeyGenerator keys) {
        return new KeyInterceptor(keys, "idempotency-key");
    }

    /** This interceptor, with keys in another entry of the metadata. */
    public KeyInterceptor withEntry(String name) {
        return new KeyInterceptor(keys, name);
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        ClientCall<Q, A> call = next.newCall(method, options);
        if (method.getType() != MethodDescriptor.MethodType.UNARY || method.isSafe()) {
            return call;
        }
        return new SimpleForwardingClientCall<>(call) {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
                if (!headers.containsKey(entry)) {
                    IdempotencyKey given = options.getOption(KEY);
                    headers.put(entry, written(given == null ? keyFor(method, next, headers) : given));
                }
                super.start(listener, headers);
            }
        };
    }

    private IdempotencyKey keyFor(MethodDescriptor<?, ?> method, Channel channel, Metadata headers) {
        try {
            return keys.keyFor(new RetryableRequest(
                            "POST",
                            uri(method, channel),
                            name -> Optional.ofNullable(
                                    headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER))),
                            true))
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static URI uri(MethodDescriptor<?, ?> method, Channel channel) {
        try {
            return new URI("grpc", channel.authority(), "/" + method.getFullMethodName(), null, null);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("No URI names " + method.getFullMethodName(), e);
        }
    }

    /** Bare where that is possible, and otherwise quoted as in HTTP (S1). */
    private static String written(IdempotencyKey key) {
        String value = key.value();
        return value.chars().anyMatch(c -> c == '"' || c == ',' || c == ';' || c == ' ')
                ? "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\""
                : value;
    }
}
