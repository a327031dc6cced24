/** Idempotency keys for the calls of a gRPC channel, so that its retries are safe. */
@NullMarked
package dev.reprise.client.grpc;

import org.jspecify.annotations.NullMarked;
