/**
 * The servlet adapter: {@link dev.reprise.servlet.IdempotencyFilter}.
 *
 * <p>A protected request is an {@code Exchange}, from its claim to its answer. The application gets a
 * {@code BufferedRequest}, whose body has been read, and a {@code CapturedResponse}, whose body is held; an asynchronous one
 * also gets a {@code HeldAsyncContext}. What it answers ends the operation ({@code Hold}) and goes out by a
 * {@code ClientResponse}. Where containers differ, {@code ServletContainer} says how.
 */
@NullMarked
package dev.reprise.servlet;

import org.jspecify.annotations.NullMarked;
