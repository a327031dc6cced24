/**
 * The adapter for Spring WebFlux: {@link dev.reprise.spring.webflux.IdempotencyWebFilter}.
 *
 * <p>A protected request is a {@code ProtectedHandling}, from its claim to its answer. The application gets a {@code HeldExchange}:
 * a {@code HeldRequest}, whose body has been read, and a {@code HeldResponse}, whose body is held. What it answers ends the
 * operation and goes out by a {@code CallerResponse}. What waits for the store does so in {@code BlockingCalls}, and never on an
 * event loop.
 */
@NullMarked
package dev.reprise.spring.webflux;

import org.jspecify.annotations.NullMarked;
