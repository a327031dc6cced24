package dev.reprise.servlet.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What other filters do outside of the one that is tested. */
final class OutsideRows {
    private static final String FORM = "application/x-www-form-urlencoded";

    private OutsideRows() {}

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (String outside : List.of("parameters", "stream", "form content", "encoding", "behind")) {
            requests().forEach((name, request) -> {
                for (String reader : List.of("parameters", "stream", "reader", "parts")) {
                    rows.add(Row.of(
                            "outside, " + outside + ": " + name + " / " + reader,
                            request.field(Outside.FIELD + ": " + outside),
                            Readers.named(reader)));
                }
            });
        }
        rows.addAll(compressed());
        return rows;
    }

    /** Containers compress outside of all filters. */
    private static List<Row> compressed() {
        Request accepting =
                Request.post("/plain/x").field("Accept-Encoding: gzip").body("text/plain", "x");
        String text = "compressible ".repeat(1_000);
        return List.of(
                Row.of("compressed: a stream", accepting, (request, response, seen) -> {
                    response.setContentType("text/plain");
                    response.getOutputStream().print(text);
                }),
                Row.of("compressed: a writer and a length", accepting, (request, response, seen) -> {
                    response.setContentType("text/plain;charset=UTF-8");
                    response.setContentLength(text.length());
                    response.getWriter().print(text);
                }),
                Row.of("compressed: a flushed stream", accepting, (request, response, seen) -> {
                    response.setContentType("text/plain");
                    response.getOutputStream().print(text);
                    response.flushBuffer();
                    response.getOutputStream().print(text);
                }),
                Row.of("compressed: with a strong tag", accepting, (request, response, seen) -> {
                    response.setContentType("text/plain");
                    response.setHeader("ETag", "\"1\"");
                    response.getOutputStream().print(text);
                }),
                Row.of("compressed: what is encoded already", accepting, (request, response, seen) -> {
                    response.setContentType("text/plain");
                    response.setHeader("Content-Encoding", "br");
                    response.getOutputStream().print(text);
                }),
                Row.of("compressed: longer than is recorded", accepting, (request, response, seen) -> {
                            response.setContentType("text/plain");
                            for (int i = 0; i < 20; i++) {
                                response.getOutputStream().print(text);
                            }
                        })
                        .then(Row.Retry.WITHOUT_BODY),
                Row.of("compressed: an error", accepting, (request, response, seen) -> response.sendError(404, text)),
                Row.of(
                        "compressed: what the application is told",
                        accepting,
                        (request, response, seen) ->
                                seen.note("accepted", () -> request.getHeader("Accept-Encoding"))));
    }

    private static Map<String, Request> requests() {
        Map<String, Request> all = new LinkedHashMap<>();
        Request post = Request.post("/plain/x?a=query&c=%20");
        all.put("nothing", post);
        all.put("text", post.body("text/plain", "text"));
        all.put("text in chunks", post.body("text/plain", "text").inChunks());
        all.put("form", post.body(FORM, "a=body&b=%C3%BC&a=again"));
        all.put("form in chunks", post.body(FORM, "a=body&b=%C3%BC").inChunks());
        all.put("form by PATCH", post.method("PATCH").body(FORM, "a=body&b=%C3%BC"));
        all.put(
                "form by PATCH in chunks",
                post.method("PATCH").body(FORM, "a=body&b=%C3%BC").inChunks());
        all.put("empty form in chunks", post.body(FORM, "").inChunks());
        all.put(
                "multipart",
                Request.post("/multipart/x?a=query")
                        .body(
                                "multipart/form-data; boundary=b",
                                "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nbody\r\n--b--\r\n"));
        return all;
    }
}
