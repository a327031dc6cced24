/**
 * What an application or an adapter uses: an {@link dev.reprise.IdempotencyEngine engine} over a store, the
 * {@link dev.reprise.Operation operation} given to it, and the {@link dev.reprise.Decision decision} it takes.
 *
 * <p>Rule numbers such as S7 refer to {@code docs/semantics.md}.
 */
@NullMarked
package dev.reprise;

import org.jspecify.annotations.NullMarked;
