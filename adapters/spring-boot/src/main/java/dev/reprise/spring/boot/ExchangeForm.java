package dev.reprise.spring.boot;

import dev.reprise.console.Console;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The form of an exchange, undecoded. */
final class ExchangeForm {
    private ExchangeForm() {}

    /** Reads it, which fails with a {@link DataBufferLimitException} if it is longer than {@link Console#LONGEST_FORM}. */
    static Mono<String> read(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        if (!request.getMethod().equals(HttpMethod.POST)) {
            return Mono.just("");
        }
        if (request.getHeaders().getContentLength() > Console.LONGEST_FORM) {
            return Mono.error(new DataBufferLimitException("The form says that it is too long"));
        }
        return DataBufferUtils.join(request.getBody(), Console.LONGEST_FORM)
                .map(ExchangeForm::text)
                .filter(form -> !form.isEmpty())
                .switchIfEmpty(Mono.defer(() -> exchange.getFormData().map(ExchangeForm::written)));
    }

    private static String text(DataBuffer buffer) {
        try {
            return buffer.toString(StandardCharsets.UTF_8);
        } finally {
            DataBufferUtils.release(buffer);
        }
    }

    /** A filter in front may have read it, as the one for methods in forms does. Then the body is gone, and its fields are kept. */
    private static String written(MultiValueMap<String, String> fields) {
        StringJoiner form = new StringJoiner("&");
        fields.forEach((name, values) -> values.forEach(value -> form.add(encoded(name) + "=" + encoded(value))));
        return form.toString();
    }

    /** A field may have no value. */
    private static String encoded(@Nullable String text) {
        return text == null ? "" : URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
