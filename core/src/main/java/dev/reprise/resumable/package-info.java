/**
 * Operations of several steps that are carried through after a crash: an {@link dev.reprise.resumable.ResumableOperation}
 * works in {@link dev.reprise.resumable.Steps}, and a {@link dev.reprise.resumable.ResumableEngine} runs it and goes on with
 * it until it is finished.
 *
 * <p>Rule numbers such as P2 refer to {@code docs/semantics.md}.
 */
@NullMarked
package dev.reprise.resumable;

import org.jspecify.annotations.NullMarked;
