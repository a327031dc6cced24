package dev.reprise.servlet.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Spring MVC: every kind of body for every type of argument, and every kind of answer. */
final class SpringRows {
    private static final Handler SPRING = (request, response, seen) -> {};

    private SpringRows() {}

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        requests().forEach((body, request) -> {
            for (String argument : List.of(
                    "param",
                    "required",
                    "params",
                    "file",
                    "files",
                    "part",
                    "parts",
                    "requestpart",
                    "jsonpart",
                    "servletpart",
                    "model",
                    "record",
                    "body/string",
                    "body/bytes",
                    "body/resource",
                    "body/form",
                    "body/map",
                    "body/record",
                    "body/param",
                    "entity/string",
                    "entity/request",
                    "stream",
                    "reader",
                    "servlet",
                    "multipartrequest")) {
                rows.add(Row.of(
                        "spring: " + body + " for " + argument,
                        request.at("/mvc/in/" + argument + query(request)),
                        SPRING));
            }
        });
        for (String answer : List.of(
                "nothing",
                "json",
                "entity",
                "resource",
                "stream",
                "writer",
                "servlet",
                "redirect",
                "forward",
                "callable",
                "callable/conflict",
                "task",
                "future",
                "deferred",
                "deferred/timeout",
                "deferred/conflict",
                "streaming",
                "emitter",
                "conflict",
                "status",
                "problem",
                "absent")) {
            rows.add(answer(answer));
        }
        for (String unknown : List.of("broken", "callable/broken", "deferred/unanswered", "streaming/broken")) {
            rows.add(answer(unknown).then(Row.Retry.UNKNOWN));
        }
        rows.add(answer("events").then(Row.Retry.WITHOUT_BODY));
        rows.add(answer("read").then(Row.Retry.EXECUTED));
        return rows;
    }

    private static Row answer(String name) {
        return Row.of("spring: answer " + name, Request.post("/mvc/out/" + name).body("text/plain", "x"), SPRING);
    }

    private static String query(Request request) {
        int at = request.target().indexOf('?');
        return at < 0 ? "" : request.target().substring(at);
    }

    private static Map<String, Request> requests() {
        Map<String, Request> all = new LinkedHashMap<>();
        Request post = Request.post("/mvc/in?b=query");
        String parts = part("name=\"a\"", "", "text") + part("name=\"b\"", "", "1") + part("name=\"b\"", "", "2");
        String file = part("name=\"file\"; filename=\"\u00c3\u00bc.txt\"", "Content-Type: text/plain\r\n", "content");
        all.put("nothing", post);
        all.put("text", post.body("text/plain;charset=UTF-8", "text \u00c3\u00bc"));
        all.put("JSON", post.body("application/json", "{\"a\":\"\u00c3\u00bc\",\"amount\":10}"));
        all.put("broken JSON", post.body("application/json", "{\"a\":"));
        all.put("a form", post.body("application/x-www-form-urlencoded", "a=%C3%BC&b=1&b=2&amount=3"));
        all.put("a form by PATCH", post.method("PATCH").body("application/x-www-form-urlencoded", "a=x&b=1&amount=3"));
        all.put("a broken form", post.body("application/x-www-form-urlencoded", "a=%zz"));
        all.put("a multipart form", multipart(parts + file));
        all.put("a multipart form in chunks", multipart(parts + file).inChunks());
        all.put("a multipart form by PUT", multipart(parts + file).method("PUT"));
        all.put("a multipart form without a file", multipart(parts));
        all.put("a multipart form of two files", multipart(file + file));
        all.put(
                "a multipart form with JSON",
                multipart(part("name=\"charge\"", "Content-Type: application/json\r\n", "{\"a\":\"json\",\"amount\":7}")
                        + file));
        all.put("a multipart form cut short", Request.post("/mvc/in").body("multipart/form-data; boundary=b", parts));
        all.put(
                "a multipart form with a long file",
                multipart(part("name=\"file\"; filename=\"x\"", "", "x".repeat(1_001))));
        all.put(
                "a multipart form too long",
                multipart(part("name=\"a\"", "", "x".repeat(900)).repeat(12)));
        return all;
    }

    private static Request multipart(String parts) {
        return Request.post("/mvc/in?b=query").body("multipart/form-data; boundary=b", parts + "--b--\r\n");
    }

    private static String part(String disposition, String fields, String content) {
        return "--b\r\nContent-Disposition: form-data; " + disposition + "\r\n" + fields + "\r\n" + content + "\r\n";
    }
}
