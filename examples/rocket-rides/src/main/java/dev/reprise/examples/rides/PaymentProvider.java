package dev.reprise.examples.rides;

import dev.reprise.gateway.Gateway;
import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.config.SettingsFile;
import dev.reprise.gateway.sample.Ledger;
import dev.reprise.gateway.sample.SampleApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Somebody else's service, which recognises keys: the sample API, which knows none, behind a gateway. */
final class PaymentProvider implements AutoCloseable {
    private final SampleApi sample = SampleApi.start(Address.parse("127.0.0.1:0"));
    private final Gateway gateway;

    /** @param folder for its records */
    PaymentProvider(Path folder) throws IOException {
        Path settings = Files.writeString(
                folder.resolve("provider.yaml"), """
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                store: "%s"
                upstream: http://127.0.0.1:%d
                routes:
                  - path: /v1/**
                    profile: stripe
                  - path: /receipts
                """.formatted(folder.resolve("provider"), sample.port()));
        gateway = Gateway.start(SettingsFile.read(settings).complete());
    }

    int port() {
        return gateway.address().port();
    }

    /** What it has done so far. */
    Ledger ledger() {
        return sample.ledger();
    }

    @Override
    public void close() {
        gateway.close();
        sample.close();
    }
}
