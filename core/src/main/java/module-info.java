import org.jspecify.annotations.NullMarked;

/** Makes operations safe to retry: the engine, the store SPI, the in-memory store and the HTTP semantics. */
@NullMarked
module dev.reprise.core {
    requires static transitive org.jspecify;

    exports dev.reprise;
    exports dev.reprise.encryption;
    exports dev.reprise.http;
    exports dev.reprise.memory;
    exports dev.reprise.resumable;
    exports dev.reprise.spi;
    exports dev.reprise.spi.support;
}
