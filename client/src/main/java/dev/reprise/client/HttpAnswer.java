package dev.reprise.client;

import dev.reprise.client.spi.ResponseView;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The head of a response of the JDK's client, and the beginning of its body if that was looked at.
 *
 * @param direct whether no redirect can have been followed to get it; where one can, that is only known when its body is there
 */
record HttpAnswer(int status, HttpHeaders headers, String beginning, boolean direct) implements ResponseView {
    HttpAnswer(ResponseInfo info, String beginning, boolean direct) {
        this(info.statusCode(), info.headers(), beginning, direct);
    }

    /**
     * The status of the first redirect that made another request of the one that was sent; empty if the response is the answer
     * to that.
     */
    static OptionalInt divertedBy(HttpResponse<?> response) {
        OptionalInt status = OptionalInt.empty();
        HttpResponse<?> next = response;
        while (next.previousResponse().isPresent()) {
            HttpResponse<?> earlier = next.previousResponse().get();
            if (!earlier.request().method().equals(next.request().method())) {
                status = OptionalInt.of(earlier.statusCode());
            }
            next = earlier;
        }
        return status;
    }

    @Override
    public Optional<String> field(String name) {
        return first(headers, name);
    }

    /** The first value of a field, without the streams that {@link HttpHeaders#firstValue} makes for each. */
    static Optional<String> first(HttpHeaders headers, String name) {
        List<String> values = headers.map().get(name);
        return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
    }
}
