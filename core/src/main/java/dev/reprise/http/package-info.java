/**
 * HTTP semantics as pure functions, and {@link dev.reprise.http.HttpIdempotency} which puts them and the engine into
 * the one order that every adapter follows.
 */
@NullMarked
package dev.reprise.http;

import org.jspecify.annotations.NullMarked;
