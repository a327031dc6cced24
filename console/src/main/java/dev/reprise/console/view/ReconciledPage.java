package dev.reprise.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of asking what happened to an operation.
 *
 * @param heading in short
 * @param sentences in full
 * @param answer the answer that is recorded now; null if none is
 * @param href where to go from there
 * @param link what is there
 */
public record ReconciledPage(
        String heading, List<String> sentences, @Nullable AnswerView answer, String href, String link) {
    /** Copies the list. */
    public ReconciledPage {
        sentences = List.copyOf(sentences);
    }
}
