package dev.reprise.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Reads settings as an operator writes them. */
abstract class SettingsFixture {
    @TempDir
    Path folder;

    /** What a file with this text says. */
    GatewaySettings read(String yaml) throws IOException {
        return SettingsFile.read(Files.writeString(folder.resolve("reprise.yaml"), yaml));
    }

    /** The same, setting by setting. */
    SettingsSource source(String yaml) throws IOException {
        return SettingsFile.source(Files.writeString(folder.resolve("reprise.yaml"), yaml));
    }

    /** The same with everything that was left out, and a service. */
    GatewayConfig complete(String... lines) throws IOException {
        return read("upstream: http://127.0.0.1:9000\n" + String.join("\n", lines))
                .complete();
    }

    /** The whole message that the author of this text gets, without the folder in front. */
    String refusal(String yaml) {
        try {
            read(yaml).complete();
        } catch (ConfigException e) {
            String message = String.valueOf(e.getMessage());
            assertThat(message)
                    .doesNotContain("\n")
                    .doesNotContain("java.")
                    .doesNotContain("jackson")
                    .doesNotContain("Exception");
            return message.replace(folder + "/", "");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("This was read without complaint:\n" + yaml);
    }
}
