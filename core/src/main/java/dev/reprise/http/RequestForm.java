package dev.reprise.http;

/** How the head of a request is written down for its fingerprint. Records made by any of them are compared by it. */
enum RequestForm {
    /** The path as it was sent, and a charset of every media type. */
    FIRST {
        @Override
        String path(RequestView request) {
            return request.path();
        }

        @Override
        String mediaType(RequestView request) {
            return FormerMediaType.meaning(request.header("Content-Type"));
        }
    },
    /** The path that selects the handler in its {@linkplain RequestPath normal form}, and a charset only where it means something. */
    SECOND {
        @Override
        String path(RequestView request) {
            return request.contextPath() + request.dispatchPath().normal();
        }

        @Override
        String mediaType(RequestView request) {
            return MediaType.meaning(request.header("Content-Type"));
        }
    };

    /** The one by which new records are made. */
    static final RequestForm CURRENT = SECOND;

    abstract String path(RequestView request);

    abstract String mediaType(RequestView request);
}
