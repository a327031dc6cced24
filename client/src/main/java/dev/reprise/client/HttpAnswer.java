package dev.reprise.client;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.List;
import java.util.Optional;

/** The head of a response of the JDK's client, and the beginning of its body if that was looked at. */
record HttpAnswer(int status, HttpHeaders headers, String beginning) implements Answer {
    HttpAnswer(ResponseInfo info, String beginning) {
        this(info.statusCode(), info.headers(), beginning);
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
