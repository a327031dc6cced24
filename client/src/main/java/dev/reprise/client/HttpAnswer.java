package dev.reprise.client;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.Optional;

/** The head of a response of the JDK's client, and the beginning of its body if that was looked at. */
record HttpAnswer(int status, HttpHeaders headers, String beginning) implements Answer {
    HttpAnswer(ResponseInfo info, String beginning) {
        this(info.statusCode(), info.headers(), beginning);
    }

    @Override
    public Optional<String> field(String name) {
        return headers.firstValue(name);
    }
}
