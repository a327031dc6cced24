package dev.reprise.grpc;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import io.grpc.Metadata;
import io.grpc.Status;

/**
 * An answer of gRPC as a {@link Response}, which is what records keep.
 *
 * <table>
 *   <caption>Where what is</caption>
 *   <tr><td>status</td><td>the code in terms of HTTP, such as 200 for OK; for those who read records</td></tr>
 *   <tr><td>headers</td><td>the metadata before the message</td></tr>
 *   <tr><td>body</td><td>the message as marshalled; none behind any other code than OK</td></tr>
 *   <tr><td>trailers</td><td>{@code grpc-status} and {@code grpc-message}, and the metadata behind the message</td></tr>
 * </table>
 *
 * <p>Metadata is written as {@link MetadataFields} says.
 *
 * @param status the code and the description
 * @param headers the metadata before the message
 * @param message the message
 * @param trailers the metadata behind the message
 */
record RecordedAnswer(Status status, Metadata headers, Body message, Metadata trailers) {
    private static final String CODE = "grpc-status";
    private static final String DESCRIPTION = "grpc-message";

    /** The answer of a record. */
    static RecordedAnswer of(Response response) {
        Headers trailers = response.trailers();
        Status status =
                Status.fromCodeValue(trailers.first(CODE).map(Integer::parseInt).orElse(Status.Code.UNKNOWN.value()));
        return new RecordedAnswer(
                trailers.first(DESCRIPTION)
                        .map(StatusMessage::decoded)
                        .map(status::withDescription)
                        .orElse(status),
                MetadataFields.metadata(response.headers()),
                response.body(),
                MetadataFields.metadata(
                        trailers.filter((name, value) -> !name.equals(CODE) && !name.equals(DESCRIPTION))));
    }

    /** This answer as a record keeps it (S18). */
    Response response() {
        Headers.Builder fields = Headers.builder();
        fields.add(CODE, Integer.toString(status.getCode().value()));
        String description = status.getDescription();
        if (description != null) {
            fields.add(DESCRIPTION, StatusMessage.encoded(description));
        }
        MetadataFields.recordable(trailers).forEach(fields::add);
        return new Response(httpStatus(status.getCode()), MetadataFields.recordable(headers), message, fields.build());
    }

    /** As the documentation of {@code google.rpc.Code} has it. */
    private static int httpStatus(Status.Code code) {
        return switch (code) {
            case OK -> 200;
            case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
            case UNAUTHENTICATED -> 401;
            case PERMISSION_DENIED -> 403;
            case NOT_FOUND -> 404;
            case ABORTED, ALREADY_EXISTS -> 409;
            case RESOURCE_EXHAUSTED -> 429;
            case CANCELLED -> 499;
            case UNKNOWN, INTERNAL, DATA_LOSS -> 500;
            case UNIMPLEMENTED -> 501;
            case UNAVAILABLE -> 503;
            case DEADLINE_EXCEEDED -> 504;
        };
    }
}
