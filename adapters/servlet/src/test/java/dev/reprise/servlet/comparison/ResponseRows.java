package dev.reprise.servlet.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Every way in which an application makes a response. */
final class ResponseRows {
    private ResponseRows() {}

    static List<Row> rows() {
        return Stream.of(
                        ResponseBodyRows.rows(),
                        ResponseHeadRows.rows(),
                        ResponseCharsetRows.rows(),
                        ResponseEndRows.rows(),
                        DispatchRows.rows(),
                        passing())
                .flatMap(List::stream)
                .toList();
    }

    /** What is not protected passes through. */
    private static List<Row> passing() {
        List<Row> rows = new ArrayList<>();
        for (String method : List.of("GET", "HEAD", "OPTIONS")) {
            rows.add(Row.of(
                            "passing: " + method,
                            Request.post("/plain/x").method(method).field("Range: bytes=0-3"),
                            (request, response, seen) -> {
                                seen.note("method", request::getMethod);
                                seen.note("range", () -> request.getHeader("Range"));
                                response.setHeader("Accept-Ranges", "bytes");
                                response.setContentLength(4);
                                response.getOutputStream().print("0123");
                            })
                    .then(Row.Retry.EXECUTED));
        }
        return rows;
    }
}
