import org.jspecify.annotations.NullMarked;

/** Calls HTTP APIs that honour idempotency keys, and retries considerately. */
@NullMarked
module dev.reprise.client {
    requires transitive java.net.http;
    requires static transitive org.jspecify;

    exports dev.reprise.client;
    exports dev.reprise.client.spi;
}
