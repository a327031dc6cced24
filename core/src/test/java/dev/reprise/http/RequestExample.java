package dev.reprise.http;

import dev.reprise.Headers;
import java.util.List;

/** A request as tests write it. */
record RequestExample(String method, String path, String query, Headers headers, String principal)
        implements RequestView {
    static RequestExample post(String path, String... headers) {
        return new RequestExample("POST", path, "", Headers.of(headers), "alice");
    }

    RequestExample withMethod(String changed) {
        return new RequestExample(changed, path, query, headers, principal);
    }

    RequestExample withQuery(String changed) {
        return new RequestExample(method, path, changed, headers, principal);
    }

    RequestExample withPrincipal(String changed) {
        return new RequestExample(method, path, query, headers, changed);
    }

    @Override
    public List<String> header(String name) {
        return headers.all(name);
    }
}
