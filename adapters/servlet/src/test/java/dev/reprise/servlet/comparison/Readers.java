package dev.reprise.servlet.comparison;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.Part;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The ways in which applications read a request, alone and one after the other. */
final class Readers {
    private Readers() {}

    static Handler named(String name) {
        return Objects.requireNonNull(all().get(name));
    }

    /** All of them by what they do. */
    static Map<String, Handler> all() {
        Map<String, Handler> all = new LinkedHashMap<>();
        all.put("parameters", reading((request, seen) -> parameters(request, seen)));
        all.put("parts", reading(Readers::parts));
        all.put("part", reading(Readers::part));
        all.put("stream", reading(Readers::stream));
        all.put("byte by byte", reading(Readers::bytewise));
        all.put("reader", reading(Readers::reader));
        all.put(
                "buffers",
                reading((request, seen) -> seen.note("buffer", () -> {
                    ByteBuffer buffer = ByteBuffer.allocate(10);
                    int read = request.getInputStream().read(buffer);
                    return read == buffer.position() ? "behind what was read" : "before it";
                })));
        all.put(
                "charset object, then reader",
                reading(
                        (request, seen) ->
                                seen.attempt("set", () -> request.setCharacterEncoding(StandardCharsets.UTF_8)),
                        Readers::reader));
        all.put(
                "Jetty's attribute, then parts",
                reading(
                        (request, seen) -> request.setAttribute(
                                "org.eclipse.jetty.multipartConfig", new MultipartConfigElement("")),
                        Readers::parts,
                        Readers::parameters));
        all.put("reader by characters", reading(Readers::characters));
        all.put("head", reading(Readers::head));
        all.put("rest of the head", reading(Readers::restOfHead));
        all.put("deleted parts", reading(Readers::deletedParts));
        all.put("read listener", Readers::listener);
        all.put("parameters, then stream", reading(Readers::parameters, Readers::stream));
        all.put("stream, then parameters", reading(Readers::stream, Readers::parameters));
        all.put("half a stream, then parameters", reading(Readers::half, Readers::parameters));
        all.put("opened stream, then parameters", reading(Readers::opened, Readers::parameters));
        all.put("parameters, then reader", reading(Readers::parameters, Readers::reader));
        all.put("reader, then parameters", reading(Readers::reader, Readers::parameters));
        all.put("stream, then reader", reading(Readers::stream, Readers::reader));
        all.put("reader, then stream", reading(Readers::reader, Readers::stream));
        all.put("parts, then parameters", reading(Readers::parts, Readers::parameters));
        all.put("parameters, then parts", reading(Readers::parameters, Readers::parts));
        all.put("parts, then stream", reading(Readers::parts, Readers::stream));
        all.put("stream, then parts", reading(Readers::stream, Readers::parts));
        all.put("opened stream, then parts", reading(Readers::opened, Readers::parts));
        all.put("reader, then parts", reading(Readers::reader, Readers::parts));
        all.put("charset, then parameters", reading(charset("ISO-8859-1"), Readers::parameters));
        all.put("charset, then reader", reading(charset("UTF-8"), Readers::reader));
        all.put("charset, then parts", reading(charset("ISO-8859-1"), Readers::parts, Readers::parameters));
        all.put("absent charset, then parameters", reading(charset("no-such"), Readers::parameters));
        all.put("parameters, then charset", reading(Readers::parameters, charset("UTF-16"), Readers::parameters));
        all.put("reader, then charset", reading(Readers::reader, charset("UTF-16")));
        all.put("stream, then charset", reading(Readers::stream, charset("UTF-16"), Readers::parameters));
        all.put(
                "change of parameters",
                reading((request, seen) ->
                        seen.attempt("change", () -> request.getParameterMap().clear())));
        all.put("unwrapped parameters", reading((request, seen) -> parameters(unwrapped(request), seen)));
        return all;
    }

    /** A step of reading. */
    interface Step {
        void read(HttpServletRequest request, Seen seen);
    }

    static Handler reading(Step... steps) {
        return (request, response, seen) -> {
            for (Step step : steps) {
                step.read(request, seen);
            }
            response.setContentType("text/plain");
            response.getOutputStream().print("read");
        };
    }

    static void parameters(HttpServletRequest request, Seen seen) {
        seen.note("map", () -> {
            List<String> all = new ArrayList<>();
            request.getParameterMap().forEach((name, values) -> all.add(name + "=" + List.of(values)));
            return all;
        });
        seen.note("names", request::getParameterNames);
        seen.note("a", () -> request.getParameter("a"));
        seen.note("values of a", () -> request.getParameterValues("a"));
        seen.note("absent", () -> request.getParameter("absent"));
        seen.note("absent values", () -> request.getParameterValues("absent"));
    }

    static void parts(HttpServletRequest request, Seen seen) {
        seen.note("parts", () -> {
            List<String> all = new ArrayList<>();
            for (Part part : request.getParts()) {
                all.add(describe(part));
            }
            return String.join("\n  ", all);
        });
    }

    private static void part(HttpServletRequest request, Seen seen) {
        for (String name : List.of("a", "file", "absent", "")) {
            seen.note("part " + name, () -> {
                Part part = request.getPart(name);
                return part == null ? null : describe(part);
            });
        }
        seen.noteSame("same part", () -> request.getPart("a"));
    }

    private static String describe(Part part) throws IOException {
        return part.getName() + "|" + part.getSubmittedFileName() + "|" + part.getContentType() + "|" + part.getSize()
                + "|" + Seen.text(part.getHeaderNames()).toLowerCase(java.util.Locale.ROOT) + "|"
                + part.getHeader("content-disposition") + "|"
                + part.getHeaders("CONTENT-DISPOSITION") + "|" + part.getHeader("absent") + "|"
                + part.getHeaders("absent") + "|"
                + Seen.text(part.getInputStream().readAllBytes());
    }

    static void stream(HttpServletRequest request, Seen seen) {
        seen.note("stream", () -> request.getInputStream().readAllBytes());
        seen.note("after the end", () -> request.getInputStream().read());
        seen.note("finished", () -> request.getInputStream().isFinished());
        seen.noteSame("same stream", request::getInputStream);
    }

    private static void bytewise(HttpServletRequest request, Seen seen) {
        seen.note("bytes", () -> {
            ServletInputStream in = request.getInputStream();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                all.write(b);
            }
            return all.toByteArray();
        });
        seen.note("line", () -> request.getInputStream().readLine(new byte[10], 0, 10));
    }

    private static void half(HttpServletRequest request, Seen seen) {
        seen.note("half", () -> request.getInputStream().readNBytes(4));
    }

    private static void opened(HttpServletRequest request, Seen seen) {
        seen.note("opened", () -> request.getInputStream() != null);
    }

    static void reader(HttpServletRequest request, Seen seen) {
        seen.note("charset", request::getCharacterEncoding);
        seen.note("lines", () -> request.getReader().lines().toList());
        seen.noteSame("same reader", request::getReader);
    }

    private static void characters(HttpServletRequest request, Seen seen) {
        seen.note("characters", () -> {
            BufferedReader reader = request.getReader();
            StringBuilder all = new StringBuilder();
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                all.append((char) c);
            }
            return all;
        });
    }

    private static Step charset(String name) {
        return (request, seen) -> {
            seen.attempt("set charset", () -> request.setCharacterEncoding(name));
            seen.note("charset", request::getCharacterEncoding);
        };
    }

    // Pushing is deprecated, and must still not reach what has been read.
    @SuppressWarnings("deprecation")
    private static void head(HttpServletRequest request, Seen seen) {
        seen.note("method", request::getMethod);
        seen.note("uri", request::getRequestURI);
        seen.note("url", request::getRequestURL);
        seen.note("query", request::getQueryString);
        seen.note(
                "paths",
                () -> Arrays.asList(
                        request.getContextPath(),
                        request.getServletPath(),
                        request.getPathInfo(),
                        request.getPathTranslated()));
        seen.note("type", request::getContentType);
        seen.note("length", request::getContentLength);
        seen.note("long length", request::getContentLengthLong);
        seen.note("length field", () -> request.getHeader("content-length"));
        seen.note("int field", () -> request.getIntHeader("Content-Length"));
        seen.note("charset", request::getCharacterEncoding);
        seen.note("key", () -> request.getHeaders("Idempotency-Key"));
        seen.note("locale", request::getLocale);
        seen.note("async", () -> request.isAsyncSupported() + " " + request.isAsyncStarted());
        seen.note("dispatch", request::getDispatcherType);
        seen.note("trailers", () -> request.isTrailerFieldsReady() + " " + request.getTrailerFields());
        seen.note("mapping", () -> request.getHttpServletMapping().getMatchValue());
        seen.note("push", () -> request.newPushBuilder());
        seen.note("secure", request::isSecure);
    }

    private static void restOfHead(HttpServletRequest request, Seen seen) {
        seen.note("protocol", request::getProtocol);
        seen.note("scheme", request::getScheme);
        seen.note("hosts", () -> request.getServerName() + " " + request.getLocalName() + " " + request.getLocalAddr());
        seen.note("port", () -> request.getServerPort() == request.getLocalPort());
        seen.note("caller", () -> request.getRemoteAddr() + " " + request.getRemoteHost());
        seen.note("caller's port", () -> request.getRemotePort() > 0);
        seen.note("numbers", () -> !request.getRequestId().isEmpty() && request.getProtocolRequestId() != null);
        seen.note("connection", () -> request.getServletConnection().getProtocol());
        seen.note("locales", request::getLocales);
        seen.note("cookies", () -> request.getCookies() == null ? null : request.getCookies().length);
        seen.note("date field", () -> request.getDateHeader("If-Modified-Since"));
        seen.note("no date", () -> request.getDateHeader("Content-Type"));
        seen.note(
                "user", () -> request.getUserPrincipal() + " " + request.getRemoteUser() + " " + request.getAuthType());
        seen.note("role", () -> request.isUserInRole("admin"));
        seen.note(
                "session",
                () -> request.getRequestedSessionId()
                        + request.isRequestedSessionIdValid()
                        + request.isRequestedSessionIdFromCookie()
                        + request.isRequestedSessionIdFromURL());
        seen.attempt("other session", request::changeSessionId);
        seen.attempt("login", () -> request.login("user", "word"));
        seen.attempt("logout", request::logout);
        request.setAttribute("mine", "here");
        seen.note("mine", () -> Collections.list(request.getAttributeNames()).contains("mine"));
        request.removeAttribute("mine");
        seen.note("mine gone", () -> request.getAttribute("mine"));
    }

    private static void deletedParts(HttpServletRequest request, Seen seen) {
        seen.attempt("delete", () -> {
            for (Part part : request.getParts()) {
                part.delete();
            }
        });
        seen.note("parts left", () -> request.getParts().size());
    }

    private static HttpServletRequest unwrapped(HttpServletRequest request) {
        HttpServletRequest inner = request;
        while (inner instanceof ServletRequestWrapper wrapper) {
            inner = (HttpServletRequest) wrapper.getRequest();
        }
        return inner;
    }

    private static void listener(HttpServletRequest request, HttpServletResponse response, Seen seen)
            throws IOException {
        AsyncContext async = request.startAsync();
        ServletInputStream in = request.getInputStream();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ReadListener listener = new ReadListener() {
            @Override
            public void onDataAvailable() throws IOException {
                byte[] buffer = new byte[3];
                while (in.isReady() && !in.isFinished()) {
                    int read = in.read(buffer);
                    if (read > 0) {
                        all.write(buffer, 0, read);
                    }
                }
            }

            @Override
            public void onAllDataRead() throws IOException {
                seen.note("all data", all::toByteArray);
                response.getOutputStream().print("listened");
                async.complete();
            }

            @Override
            public void onError(Throwable failure) {
                seen.note("failure " + failure.getClass().getSimpleName());
                async.complete();
            }
        };
        in.setReadListener(listener);
        seen.attempt("second listener", () -> in.setReadListener(listener));
    }
}
