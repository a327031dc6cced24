package dev.reprise.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import jakarta.servlet.MultipartConfigElement;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Forms as callers could send them: they are read, or told to be unreadable, and nothing else comes of them. In the build this
 * runs the inputs that are kept beside it; CONTRIBUTING.md says how to look for more.
 */
class FormFuzzTest {
    private static final MultipartConfigElement LIMITS = new MultipartConfigElement("", 10_000, 20_000, 0);

    @FuzzTest(maxDuration = "1h")
    void multipart(byte[] body) {
        read("multipart/form-data; boundary=b", body);
    }

    /** The type up to the first line end, and the body behind it. */
    @FuzzTest(maxDuration = "1h")
    void multipartOfAnyType(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\n');
        if (end >= 0) {
            read(
                    "multipart/form-data;" + text.substring(0, end),
                    text.substring(end + 1).getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private static void read(String type, byte[] body) {
        for (ServletContainer container : ServletContainer.values()) {
            try {
                List<BufferedPart> parts =
                        new MultipartForm(container, LIMITS, Path.of("")).read(type, body, StandardCharsets.UTF_8);
                assertThat(parts.stream().mapToLong(BufferedPart::getSize).sum())
                        .isLessThanOrEqualTo(Math.min(body.length, 20_000));
            } catch (UnreadableForm e) {
                assertThat(e.status()).isIn(400, 413);
            }
        }
    }

    @FuzzTest(maxDuration = "1h")
    void urlEncoded(byte[] body) {
        for (ServletContainer container : ServletContainer.values()) {
            List<String> fields = new ArrayList<>();
            try {
                UrlEncodedForm.read(body, StandardCharsets.UTF_8, container, (name, value) -> fields.add(name + value));
                assertThat(fields.stream().mapToInt(String::length).sum()).isLessThanOrEqualTo(body.length);
            } catch (UnreadableForm e) {
                assertThat(e.status()).isEqualTo(400);
            }
        }
    }
}
