package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.config.ConfigException;
import dev.reprise.gateway.config.GatewaySettings;
import dev.reprise.gateway.config.SettingsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A private key that does not belong to its certificate keeps a gateway from starting. */
class KeyPairsTest {
    @SuppressWarnings("NullAway.Init")
    private static TestCertificates.Identity own;

    @SuppressWarnings("NullAway.Init")
    private static TestCertificates.Identity other;

    @TempDir
    private Path folder;

    /** Each takes a process, so all tests have the same. */
    @BeforeAll
    static void issue(@TempDir Path certificateFolder) throws Exception {
        TestCertificates certificates = new TestCertificates(certificateFolder);
        own = certificates.issue("own", "dns:localhost");
        other = certificates.issue("other", "dns:localhost");
    }

    private void start(String section, Path certificate, Path key) throws Exception {
        Path file = Files.writeString(
                folder.resolve("reprise.yaml"),
                "upstream: https://127.0.0.1:1\n" + section + ": {certificate: '" + certificate + "', key: '" + key
                        + "'}\n");
        Address anywhere = Address.parse("127.0.0.1:0");
        Gateway.start(SettingsFile.read(file)
                        .orElse(GatewaySettings.at(anywhere, anywhere, folder.resolve("store")))
                        .complete())
                .close();
    }

    @Test
    void of_callers_are_required_to_belong_together() throws Exception {
        start("tls", own.certificate(), own.key());

        assertThatThrownBy(() -> start("tls", own.certificate(), other.key()))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "tls.key: the private key in " + other.key() + " does not belong to the first certificate in "
                                + own.certificate() + ", which has to be the gateway's own");
    }

    @Test
    void for_services_are_required_to_belong_together() throws Exception {
        start("upstream-tls", own.certificate(), own.key());

        assertThatThrownBy(() -> start("upstream-tls", other.certificate(), own.key()))
                .hasMessageStartingWith("upstream-tls.key: the private key in ");
    }

    @Test
    void that_cannot_be_read_are_told_apart() throws Exception {
        Path broken = Files.writeString(
                folder.resolve("broken.key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");

        assertThatThrownBy(() -> start("tls", own.certificate(), broken))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("tls.key: the private key in " + broken + " cannot be used: ");
        assertThat(folder.resolve("store/admin")).doesNotExist();
    }
}
