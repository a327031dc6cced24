package dev.reprise.http;

import java.util.List;
import java.util.Optional;

/** How a request is written down for its fingerprint. Records made by any of them are compared by it. */
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
    },
    /** As the second, and a multipart body by its parts: every encoding of a form draws another boundary. */
    THIRD {
        @Override
        String path(RequestView request) {
            return SECOND.path(request);
        }

        @Override
        String mediaType(RequestView request) {
            return SECOND.mediaType(request);
        }

        @Override
        Optional<List<MultipartBody.Part>> parts(RequestView request, byte[] body) {
            return MultipartBody.parts(request.header("Content-Type"), body);
        }
    };

    /** The one by which new records are made. */
    static final RequestForm CURRENT = THIRD;

    abstract String path(RequestView request);

    abstract String mediaType(RequestView request);

    /** The parts by which the body counts; none if its bytes do. */
    Optional<List<MultipartBody.Part>> parts(RequestView request, byte[] body) {
        return Optional.empty();
    }
}
