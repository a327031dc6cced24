package dev.reprise.store.jdbc;

import dev.reprise.Headers;
import org.jspecify.annotations.Nullable;

/** Fields as a column keeps them: name, line break, value, line break, and so on. Neither can hold a line break. */
final class HeaderText {
    private HeaderText() {}

    /** Null stands for no fields. */
    static @Nullable String of(Headers headers) {
        if (headers.size() == 0) {
            return null;
        }
        StringBuilder text = new StringBuilder(headers.size() * 48);
        headers.forEach(
                (name, value) -> text.append(name).append('\n').append(value).append('\n'));
        return text.toString();
    }

    static Headers parse(@Nullable String text) {
        if (text == null) {
            return Headers.EMPTY;
        }
        Headers.Builder headers = Headers.builder();
        for (int start = 0; start < text.length(); ) {
            int middle = text.indexOf('\n', start);
            int end = text.indexOf('\n', middle + 1);
            headers.add(text.substring(start, middle), text.substring(middle + 1, end));
            start = end + 1;
        }
        return headers.build();
    }
}
