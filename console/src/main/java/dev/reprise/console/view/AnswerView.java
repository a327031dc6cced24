package dev.reprise.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A recorded answer.
 *
 * @param status its status
 * @param headers its fields, each as name: value
 * @param body as much of its content as fits on a page
 * @param note how the content is written, and how long it is
 * @param href where the whole content is; null if it is all here
 */
public record AnswerView(
        String status,
        List<String> headers,
        String body,
        String note,
        @Nullable String href) {
    /** Copies the lists. */
    public AnswerView {
        headers = List.copyOf(headers);
    }
}
