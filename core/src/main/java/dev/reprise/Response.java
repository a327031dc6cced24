package dev.reprise;

/**
 * A response, as a caller gets it and as a record keeps it.
 *
 * @param status the status code, 200 to 599: informational responses are never final
 * @param headers the header fields
 * @param body the content
 * @param trailers the trailer fields
 */
public record Response(int status, Headers headers, Body body, Headers trailers) {
    /** @throws IllegalArgumentException if the status is not a final one */
    public Response {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("A final status is 200 to 599, not " + status);
        }
    }

    /** A response without trailers. */
    public Response(int status, Headers headers, Body body) {
        this(status, headers, body, Headers.EMPTY);
    }

    /** This response with other header fields. */
    public Response withHeaders(Headers replacement) {
        return new Response(status, replacement, body, trailers);
    }

    /** This response with other content. */
    public Response withBody(Body replacement) {
        return new Response(status, headers, replacement, trailers);
    }

    /** This response with other trailer fields. */
    public Response withTrailers(Headers replacement) {
        return new Response(status, headers, body, replacement);
    }
}
