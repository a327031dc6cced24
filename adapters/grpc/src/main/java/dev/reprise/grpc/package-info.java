/** An interceptor that makes the unary methods of a gRPC server safe to retry. */
@NullMarked
package dev.reprise.grpc;

import org.jspecify.annotations.NullMarked;
