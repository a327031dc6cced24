package dev.reprise.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * What the door lets in can be sent on. In the build this runs the inputs that are kept beside it; CONTRIBUTING.md says how to
 * look for more.
 */
class DoorFuzzTest {
    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @FuzzTest(maxDuration = "1h")
    void target(byte[] bytes) {
        String uri = text(bytes);

        RequestTarget.of(io.vertx.core.http.HttpMethod.POST, uri, true).ifPresent(target -> {
            new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, target.sentOn());
            assertThat(target.sentOn()).startsWith("/");
            assertThat(uri.endsWith(target.sentOn())
                            || ("/" + uri).endsWith(target.sentOn().substring(1)))
                    .as("byte for byte")
                    .isTrue();
            assertThat(target.path() + (target.query().isEmpty() ? "" : "?" + target.query()))
                    .isIn(target.sentOn(), target.sentOn().replaceFirst("\\?$", ""));
        });
    }

    @FuzzTest(maxDuration = "1h")
    void field(byte[] bytes) {
        String text = text(bytes);

        if (Door.isName(text)) {
            DefaultHttpHeadersFactory.headersFactory().newHeaders().add(text, "x");
        }
        if (Door.isValue(text, false)) {
            DefaultHttpHeadersFactory.headersFactory().newHeaders().add("x", text);
            assertThat(text).isEqualTo(text.strip());
        }
    }

    @FuzzTest(maxDuration = "1h")
    void authority(byte[] bytes) {
        String text = text(bytes);

        if (Authority.isValid(text)) {
            assertThat(URI.create("http://" + text.replaceAll("\\[.*]", "x") + "/a")
                            .getRawPath())
                    .isEqualTo("/a");
        }
    }
}
