package dev.reprise.resumable;

/** Finds codecs by type. Thread-safe. */
@FunctionalInterface
public interface Codecs {
    /**
     * The codec for values of a type.
     *
     * @throws IllegalArgumentException if there is none; the message says what to do
     */
    <V> Codec<V> of(Class<V> type);

    /**
     * Codecs for {@code String}, {@code byte[]}, the usual numbers, {@code Boolean}, {@code UUID}, {@code Instant},
     * {@code Duration} and {@link dev.reprise.Response}, which every engine has.
     */
    static Codecs builtIn() {
        return new BuiltInCodecs(new Codecs() {
            @Override
            public <V> Codec<V> of(Class<V> type) {
                throw new IllegalArgumentException("There is no codec for " + type.getName()
                        + ": give one to the step, or give the engine codecs that know it");
            }
        });
    }
}
