package dev.reprise.jackson;

import dev.reprise.resumable.Codec;
import dev.reprise.resumable.Codecs;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;

/**
 * Codecs for everything that a mapper knows, such as records: values are recorded as the JSON that it writes. Give them to
 * {@code ResumableEngine.Builder.codecs}; the built-in codecs come first.
 *
 * <p>What was recorded has to be readable by the next release (P4). So add components rather than rename them, and keep what the
 * former release wrote in a test. A mapper that fails on unknown properties makes older releases park what newer ones have
 * recorded; Jackson 3 does not do so by default.
 *
 * <p>Immutable and thread-safe.
 */
public final class JacksonCodecs implements Codecs {
    private final ObjectMapper mapper;

    /** Codecs by that mapper. */
    public JacksonCodecs(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public <V> Codec<V> of(Class<V> type) {
        ObjectWriter writer = mapper.writerFor(type);
        ObjectReader reader = mapper.readerFor(type);
        return new Codec<>() {
            @Override
            public byte[] encode(V value) {
                return writer.writeValueAsBytes(value);
            }

            @Override
            public V decode(byte[] bytes) {
                return reader.readValue(bytes);
            }
        };
    }
}
