package dev.reprise.servlet.comparison;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;

/** Types, charsets and locales, which depend on one another. */
final class ResponseCharsetRows extends ResponseTable {
    private ResponseCharsetRows() {}

    static List<Row> rows() {
        ResponseCharsetRows table = new ResponseCharsetRows();
        table.charsets();
        return table.rows;
    }

    private void charsets() {
        List<String> types = List.of(
                "text/plain",
                "text/html;charset=UTF-8",
                "text/plain; charset=iso-8859-1",
                "application/json",
                "x/y",
                "");
        for (String type : types) {
            add("a writer for " + type, (response, seen) -> {
                response.setContentType(type);
                seen.note("type", response::getContentType);
                seen.note("charset", response::getCharacterEncoding);
                response.getWriter().print("\u00fc");
                seen.note("type", response::getContentType);
                seen.note("charset", response::getCharacterEncoding);
                response.setContentType("text/html;charset=UTF-16");
                seen.note("type", response::getContentType);
            });
            add("a stream for " + type, (response, seen) -> {
                response.setContentType(type);
                response.getOutputStream().print("x");
                seen.note("type", response::getContentType);
                seen.note("field", () -> response.getHeader("Content-Type"));
            });
        }
        add("a charset before the type", (response, seen) -> {
            response.setCharacterEncoding("UTF-8");
            seen.note("type", response::getContentType);
            response.setContentType("text/plain");
            seen.note("type", response::getContentType);
            response.getWriter().print("\u20ac");
        });
        add("a charset without a type", (response, seen) -> {
            response.setCharacterEncoding("UTF-8");
            response.getWriter().print("\u20ac");
            seen.note("type", response::getContentType);
        });
        add("a charset that is none", (response, seen) -> {
            seen.attempt("set", () -> response.setCharacterEncoding("no-such"));
            seen.attempt("write", () -> response.getWriter().print("x"));
        });
        add("a type with a charset that is none", (response, seen) -> {
            seen.attempt("set", () -> response.setContentType("text/plain;charset=no-such"));
            seen.attempt("write", () -> response.getWriter().print("x"));
        });
        add("a charset taken back", (response, seen) -> {
            response.setContentType("text/plain;charset=UTF-8");
            seen.attempt("set", () -> response.setCharacterEncoding((String) null));
            seen.note("charset", response::getCharacterEncoding);
            seen.note("type", response::getContentType);
            response.getWriter().print("x");
        });
        add("a charset as an object", (response, seen) -> {
            response.setContentType("text/plain");
            response.setCharacterEncoding(UTF_8);
            response.getWriter().print("\u20ac");
        });
        add("a type as a field", (response, seen) -> {
            response.setHeader("Content-Type", "text/plain;charset=UTF-8");
            seen.note("charset", response::getCharacterEncoding);
            response.getWriter().print("\u20ac");
            seen.note("type", response::getContentType);
        });
        add("a type added", (response, seen) -> {
            response.addHeader("Content-Type", "text/plain");
            response.addHeader("Content-Type", "text/html");
            seen.note("type", response::getContentType);
            response.getOutputStream().print("x");
        });
        add("a type taken back", (response, seen) -> {
            response.setContentType("text/plain");
            response.setContentType(null);
            seen.note("type", response::getContentType);
            response.getOutputStream().print("x");
        });
        add("a type taken back as a field", (response, seen) -> {
            response.setContentType("text/plain");
            seen.attempt("null", () -> response.setHeader("Content-Type", null));
            seen.note("type", response::getContentType);
            response.getOutputStream().print("x");
        });
        add("a type taken back behind a writer", (response, seen) -> {
            response.setContentType("text/plain;charset=UTF-8");
            response.getWriter().print("x");
            seen.attempt("null", () -> response.setContentType(null));
            seen.note("type", response::getContentType);
        });
        add("a locale", (response, seen) -> {
            response.setLocale(Locale.JAPAN);
            response.setContentType("text/plain");
            seen.note("locale", response::getLocale);
            seen.note("charset", response::getCharacterEncoding);
            seen.note("language", () -> response.getHeader("Content-Language"));
            response.getWriter().print("x");
        });
        add("a locale behind a writer", (response, seen) -> {
            response.setContentType("text/plain");
            response.getWriter().print("x");
            response.setLocale(Locale.FRANCE);
            seen.note("charset", response::getCharacterEncoding);
        });
        add("a locale of nowhere", (response, seen) -> {
            seen.attempt("null", () -> response.setLocale(null));
            seen.note("locale", response::getLocale);
        });
        add("half a character", (response, seen) -> {
            response.setCharacterEncoding("UTF-8");
            response.getWriter().write(new char[] {'\ud83c'});
            response.getWriter().flush();
            response.getWriter().write(new char[] {'\udf81'});
        });
        add("a charset that cannot write it", (response, seen) -> {
            response.setContentType("text/plain;charset=US-ASCII");
            response.getWriter().print("\u20ac");
        });
    }
}
