package dev.reprise.resumable;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reprise.Response;
import dev.reprise.spi.support.ResponseCodec;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** Texts, bytes, numbers, truth values, times, unique ids and responses; numbers and the like as people write them. */
final class BuiltInCodecs implements Codecs {
    private static final Map<Class<?>, Codec<?>> BUILT_IN = Map.ofEntries(
            Map.entry(byte[].class, new Of<byte[]>(bytes -> bytes, bytes -> bytes)),
            Map.entry(String.class, text(Function.identity())),
            Map.entry(Integer.class, text(Integer::valueOf)),
            Map.entry(Long.class, text(Long::valueOf)),
            Map.entry(Double.class, text(Double::valueOf)),
            Map.entry(BigDecimal.class, text(BigDecimal::new)),
            Map.entry(BigInteger.class, text(BigInteger::new)),
            Map.entry(Boolean.class, text(BuiltInCodecs::truth)),
            Map.entry(UUID.class, text(UUID::fromString)),
            Map.entry(Instant.class, text(Instant::parse)),
            Map.entry(Duration.class, text(Duration::parse)),
            Map.entry(Response.class, new Of<>(ResponseCodec::encode, ResponseCodec::decode)));

    private final Codecs others;

    /** @param others for all other types */
    BuiltInCodecs(Codecs others) {
        this.others = others;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <V> Codec<V> of(Class<V> type) {
        Codec<?> found = BUILT_IN.get(type);
        return found == null ? others.of(type) : (Codec<V>) found;
    }

    private static <V> Codec<V> text(Function<String, V> parse) {
        return new Of<>(value -> value.toString().getBytes(UTF_8), bytes -> parse.apply(new String(bytes, UTF_8)));
    }

    private static Boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("Neither true nor false");
        };
    }

    private record Of<V>(Function<V, byte[]> encoder, Function<byte[], V> decoder) implements Codec<V> {
        @Override
        public byte[] encode(V value) {
            return encoder.apply(value);
        }

        @Override
        public V decode(byte[] bytes) {
            return decoder.apply(bytes);
        }
    }
}
