package dev.reprise.servlet.comparison;

import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;

/** Rows about responses, and the words in which they are written. */
abstract class ResponseTable {
    static final Request REQUEST = Request.post("/plain/x?q=1").body("text/plain", "body");
    static final String LONG = "0123456789".repeat(4_000);

    final List<Row> rows = new ArrayList<>();

    /** What an application does that sees its own response. */
    interface Answer {
        void give(HttpServletResponse response, Seen seen) throws Exception;
    }

    final void add(String name, Answer answer) {
        rows.add(Row.of("answer: " + name, REQUEST, (request, response, seen) -> answer.give(response, seen)));
    }

    final void addUnknown(String name, Answer answer) {
        rows.add(Row.of("answer: " + name, REQUEST, (request, response, seen) -> answer.give(response, seen))
                .then(Row.Retry.UNKNOWN));
    }

    final void add(String name, Handler handler) {
        rows.add(Row.of("answer: " + name, REQUEST, handler));
    }
}
