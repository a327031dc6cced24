package dev.reprise.grpc;

import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * What a handler answered, as it goes out.
 *
 * @param status its code and description
 * @param headers the metadata before the message
 * @param message the message; null behind any other code than OK, where callers of a unary method never see one
 * @param trailers the metadata behind the message
 */
record HandlerAnswer<A>(
        Status status, Metadata headers, @Nullable A message, Metadata trailers) {}
