package dev.reprise.console.view;

import org.jspecify.annotations.Nullable;

/**
 * What came of asking what happened to an operation.
 *
 * @param text in sentences
 * @param answer the answer that is recorded now; null if none is
 * @param href where to go from there
 * @param link what is there
 */
public record ReconciledPage(String text, @Nullable AnswerView answer, String href, String link) {}
