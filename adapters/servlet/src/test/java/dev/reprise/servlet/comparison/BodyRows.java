package dev.reprise.servlet.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Bodies of every kind, each read in every way. */
final class BodyRows {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String MULTIPART = "multipart/form-data; boundary=b";

    private BodyRows() {}

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        bodies().forEach((body, request) ->
                Readers.all().forEach((reader, handler) -> rows.add(Row.of(body + " / " + reader, request, handler))));
        huge().forEach((body, request) -> List.of("parameters", "parts", "stream")
                .forEach(reader -> rows.add(Row.of(body + " / " + reader, request, Readers.named(reader)))));
        return rows;
    }

    private static Map<String, Request> bodies() {
        Map<String, Request> all = new LinkedHashMap<>();
        all.put("no body", Request.post("/plain/x?a=query"));
        all.put("text", Request.post("/plain/x?a=query&b=%20+%C3%BC").body("text/plain", "one\ntwo\r\nthree"));
        all.put(
                "text in UTF-8",
                Request.post("/plain/x").body("text/plain;charset=UTF-8", "Gr\u00c3\u00bc\u00c3\u009fe"));
        all.put("text in no known charset", Request.post("/plain/x").body("text/plain;charset=no-such", "one"));
        all.put("JSON", Request.post("/plain/x").body("application/json", "{\"a\":\"\u00c3\u00bc\"}"));
        all.put(
                "JSON in chunks",
                Request.post("/plain/x").body("application/json", "{\"a\":1}").inChunks());
        all.put("no type", Request.post("/plain/x").body("", "a=1"));
        all.putAll(forms());
        all.putAll(multipart());
        return all;
    }

    private static Map<String, Request> forms() {
        Map<String, Request> all = new LinkedHashMap<>();
        all.put("form", form("a=body&a=again&c=d+e%26&flag&x=%C3%BC"));
        all.put("form in chunks", form("a=body&c=d").inChunks());
        all.put("form with Latin-1 in UTF-8", form("a=%E9&b=1"));
        all.put(
                "form in Latin-1",
                Request.post("/plain/x?a=%C3%BC").body(FORM + ";charset=ISO-8859-1", "a=%E9&b=\u00e9"));
        all.put("form with raw UTF-8", form("a=\u00c3\u00bc&b=x"));
        all.put("form with half an escape", form("a=1&b=%4"));
        all.put("form with no escape", form("a=1&b=%zz"));
        all.put("form with a bare percent sign", form("a=100%&b=1"));
        all.put("form without a name", form("=v&a=1"));
        all.put("form of separators", form("&&a=1&&=&"));
        all.put("form with equals signs", form("a=b=c&=&d=="));
        all.put("form of one name", form("a"));
        all.put("form with an old escape", form("a=%u00fc"));
        all.put("form with a null", form("a=%00"));
        all.put("form with a semicolon", form("a=1;b=2"));
        all.put("form with a line break", form("a=1\r\n"));
        all.put("form in upper case", Request.post("/plain/x").body("APPLICATION/X-WWW-FORM-URLENCODED", "a=1"));
        all.put("form in a strange charset", Request.post("/plain/x").body(FORM + ";charset=no-such", "a=1"));
        all.put("form by PUT", form("a=body").method("PUT"));
        all.put("form by PATCH", form("a=body").method("PATCH"));
        all.put("form by DELETE", form("a=body").method("DELETE"));
        all.put("form where multipart may come", form("a=body").at("/multipart/x?a=query"));
        all.put("broken query", Request.post("/plain/x?a=%zz&b=1").body("text/plain", "x"));
        all.put("broken query and a form", form("a=1").at("/plain/x?a=%E9"));
        return all;
    }

    private static Request form(String body) {
        return Request.post("/plain/x?a=query").body(FORM, body);
    }

    private static Map<String, Request> multipart() {
        Map<String, Request> all = new LinkedHashMap<>();
        String fields = part("name=\"a\"", "", "body") + part("name=\"a\"", "", "again") + file("t.txt", "content")
                + "--b--\r\n";
        all.put("multipart nobody expects", multipart(fields).at("/plain/x?a=query"));
        all.put("multipart", multipart(fields));
        all.put("multipart in chunks", multipart(fields).inChunks());
        all.put("multipart by PUT", multipart(fields).method("PUT"));
        all.put("multipart by PATCH", multipart(fields).method("PATCH"));
        all.put("multipart with a preamble", multipart("before\r\n" + fields + "after"));
        all.put("multipart without its last line break", multipart(fields.strip()));
        all.put("multipart of nothing", multipart("--b--\r\n"));
        all.put("multipart without a body", multipart(""));
        all.put("multipart cut short", multipart(part("name=\"a\"", "", "body")));
        all.put("multipart cut in a part", multipart("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nbo"));
        all.put("multipart cut in a head", multipart("--b\r\nContent-Disp"));
        all.put("multipart without a boundary", Request.post("/multipart/x").body("multipart/form-data", fields));
        all.put(
                "multipart with another boundary",
                Request.post("/multipart/x").body("multipart/form-data; boundary=c", fields));
        all.put(
                "multipart with a quoted boundary",
                Request.post("/multipart/x").body("Multipart/Form-Data; charset=UTF-8; Boundary=\"b\"", fields));
        all.put("multipart of another kind", Request.post("/multipart/x").body("multipart/mixed; boundary=b", fields));
        all.put("multipart with names of every kind", multipart(names()));
        all.put("multipart in UTF-8", multipart(part("name=\"a\"", "", "\u00c3\u00bc") + "--b--\r\n"));
        all.put(
                "multipart of charsets",
                multipart(part("name=\"a\"", "Content-Type: text/plain; charset=ISO-8859-1\r\n", "\u00e9")
                        + part("name=\"b\"", "Content-Type: text/plain\r\n", "\u00e9")
                        + "--b--\r\n"));
        all.put(
                "multipart that names its charset",
                multipart(
                        part("name=\"_charset_\"", "", "ISO-8859-1") + part("name=\"a\"", "", "\u00e9") + "--b--\r\n"));
        all.put(
                "multipart with transfer encoding",
                multipart(part("name=\"a\"", "Content-Transfer-Encoding: base64\r\n", "Ym9keQ==") + "--b--\r\n"));
        all.put("multipart without disposition", multipart("--b\r\nA: b\r\n\r\nc\r\n" + fields));
        all.put("multipart without a name", multipart(part("filename=\"x\"", "", "c") + fields));
        all.put(
                "multipart with an attachment",
                multipart("--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nc\r\n" + fields));
        all.put("multipart with a malformed head", multipart("--b\r\nno colon\r\n\r\nc\r\n" + fields));
        all.put(
                "multipart with a folded head",
                multipart("--b\r\nContent-Disposition: form-data;\r\n name=\"a\"\r\n\r\nc\r\n--b--\r\n"));
        all.put("multipart with bare line feeds", multipart(fields.replace("\r\n", "\n")));
        all.put(
                "multipart that nests",
                multipart(part("name=\"a\"", "Content-Type: multipart/mixed; boundary=c\r\n", "--c\r\n\r\nx\r\n--c--")
                        + "--b--\r\n"));
        all.put("multipart with white space after the boundary", multipart(fields.replace("--b\r\n", "--b \t\r\n")));
        all.put("multipart with a long file name", multipart(file("x".repeat(3_000), "content") + "--b--\r\n"));
        all.put(
                "multipart with a long head",
                multipart(part("name=\"a\"", "X-Long: " + "x".repeat(10_000) + "\r\n", "body") + "--b--\r\n"));
        all.put("multipart of sixty", multipart(part("name=\"a\"", "", "1").repeat(60) + "--b--\r\n"));
        all.put("multipart within its limits", multipart(fields).at("/limited/x"));
        all.put(
                "multipart with a file too long",
                multipart(file("t", "x".repeat(101)) + "--b--\r\n").at("/limited/x"));
        all.put(
                "multipart with a field too long",
                multipart(part("name=\"a\"", "", "x".repeat(101)) + "--b--\r\n").at("/limited/x"));
        all.put(
                "multipart too long",
                multipart(fields.replace("--b--", "")
                                + part("name=\"a\"", "", "x".repeat(90)).repeat(12) + "--b--\r\n")
                        .at("/limited/x"));
        all.put(
                "multipart too long in chunks",
                multipart(part("name=\"a\"", "", "x".repeat(90)).repeat(12) + "--b--\r\n")
                        .at("/limited/x")
                        .inChunks());
        return all;
    }

    /** What takes long. */
    private static Map<String, Request> huge() {
        return Map.of(
                "multipart of a thousand and one",
                multipart(part("name=\"a\"", "", "1").repeat(1_001) + "--b--\r\n"));
    }

    private static Request multipart(String body) {
        return Request.post("/multipart/x?a=query").body(MULTIPART, body);
    }

    private static String part(String disposition, String fields, String content) {
        return "--b\r\nContent-Disposition: form-data; " + disposition + "\r\n" + fields + "\r\n" + content + "\r\n";
    }

    private static String file(String name, String content) {
        return part("name=\"file\"; filename=\"" + name + "\"", "Content-Type: text/plain\r\n", content);
    }

    private static String names() {
        return part("name=a; filename=plain.txt", "", "1")
                + part("name=\"a\"; filename=\"\"", "", "2")
                + part("name=\"a\"; filename=\"quote \\\"d.txt\"", "", "3")
                + part("name=\"a\"; filename=\"C:\\path\\file.txt\"", "", "4")
                + part("name=\"a\"; filename=\"../up.txt\"", "", "5")
                + part("name=\"a\"; filename*=UTF-8''%e2%82%ac%20rates.txt", "", "6")
                + part("name=\"a\"; filename=\"fall.txt\"; filename*=UTF-8''%e2%82%ac.txt", "", "7")
                + part("name=\"a\"; filename*=ISO-8859-1'en'%A3.txt", "", "8")
                + part("name=\"a\"; filename=\"\u00c3\u00bc.txt\"", "", "9")
                + part("name=\"a;b\"; filename=\"semi;colon.txt\"", "", "10")
                + part("NAME=\"a\"; FileName=\"case.txt\"", "", "11")
                + part("name=\"a\"; filename=\"=?UTF-8?Q?encoded?=\"", "", "12")
                + part("name=\"a\"; filename=\"%22quoted%22.txt\"", "", "13")
                + "--b--\r\n";
    }
}
