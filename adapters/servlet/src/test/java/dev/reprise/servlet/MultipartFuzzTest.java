package dev.reprise.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import jakarta.servlet.MultipartConfigElement;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Forms that callers choose, read by the library. In the build this runs the inputs that are kept beside it; CONTRIBUTING.md
 * says how to look for more.
 */
class MultipartFuzzTest {
    private static final MultipartConfigElement LIMITS = new MultipartConfigElement("", 1_000, 10_000, 0);

    private static void read(String contentType, byte[] body) {
        for (ServletContainer container : ServletContainer.values()) {
            try {
                List<BufferedPart> parts = new MultipartForm(container, LIMITS, Path.of("."))
                        .read(contentType, body, StandardCharsets.UTF_8);
                assertThat(parts).allSatisfy(part -> assertThat(part.getSize()).isLessThanOrEqualTo(1_000));
            } catch (UnreadableForm e) {
                assertThat(e.status()).isIn(400, 413);
            }
        }
    }

    /** A form is read, or refused as the caller's mistake. */
    @FuzzTest(maxDuration = "1h")
    void body(byte[] body) {
        read("multipart/form-data; boundary=x", body);
    }

    /** So is one with any media type. */
    @FuzzTest(maxDuration = "1h")
    void contentType(byte[] field) {
        read(
                "multipart/form-data;" + new String(field, StandardCharsets.ISO_8859_1),
                "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--".getBytes(StandardCharsets.UTF_8));
    }
}
