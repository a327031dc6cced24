package dev.reprise.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Settings that an operator has mistyped. In the build this runs the inputs that are kept beside it; CONTRIBUTING.md says how
 * to look for more.
 */
class SettingsFuzzTest {
    /** A file is understood, or what is wrong with it is told in one line that begins with its name. */
    @FuzzTest(maxDuration = "1h")
    void file(byte[] content) throws IOException {
        Path file = Files.createTempFile("settings", ".yaml");
        try {
            Files.writeString(file, new String(content, StandardCharsets.ISO_8859_1));
            SettingsFile.read(file).location();
        } catch (ConfigException e) {
            assertThat(e.getMessage()).startsWith(file.toString()).doesNotContain("\n");
        } finally {
            Files.delete(file);
        }
    }
}
