package dev.reprise.servlet.comparison;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.reprise.servlet.Container;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * What a caller got.
 *
 * @param interim the heads of informational responses
 * @param body the content
 * @param whole whether the content came to its end
 * @param trailers the trailer fields
 * @param reusable whether the connection served another request
 */
record Reply(
        List<String> interim,
        String status,
        Map<String, List<String>> fields,
        String body,
        boolean whole,
        Map<String, List<String>> trailers,
        boolean reusable) {
    private static final byte[] PROBE = "GET /alive HTTP/1.1\r\nHost: shop.example\r\n\r\n".getBytes(ISO_8859_1);

    /** Fields of one exchange, and those that the filter adds on purpose. */
    private static final Set<String> LEFT_OUT = Set.of(
            "date",
            "connection",
            "keep-alive",
            "content-length",
            "transfer-encoding",
            "idempotency-retention",
            "idempotent-replayed",
            "access-control-expose-headers");

    private static final Set<String> REFUSALS =
            Set.of("307", "308", "401", "403", "405", "408", "413", "415", "421", "425", "429");

    /** Fields that are not replayed (S18), or are set by the server outside of the filter. */
    private static final Set<String> NOT_REPLAYED = Set.of("set-cookie", "vary");

    /** Sends a request over a connection of its own, and reads what comes. */
    static Reply to(Container.Running container, Request request, byte[] bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), container.port())) {
            socket.setSoTimeout(3_000);
            socket.getOutputStream().write(bytes);
            return read(socket, new BufferedInputStream(socket.getInputStream()), request.method());
        } catch (SocketException | SocketTimeoutException | EOFException e) {
            return new Reply(List.of(), "none", Map.of(), "", false, Map.of(), false);
        }
    }

    private static Reply read(Socket socket, InputStream in, String method) throws IOException {
        List<String> interim = new ArrayList<>();
        String status = status(in);
        Map<String, List<String>> fields = fields(in);
        while (status.startsWith("1")) {
            interim.add(status + " " + compared(fields));
            status = status(in);
            fields = fields(in);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Map<String, List<String>> trailers = new TreeMap<>();
        boolean none = method.equals("HEAD") || status.equals("204") || status.equals("304");
        boolean whole = none || readBody(in, fields, body, trailers);
        return new Reply(
                interim, status, fields, decoded(fields, body), whole, trailers, whole && isReusable(socket, in));
    }

    private static String decoded(Map<String, List<String>> fields, ByteArrayOutputStream body) throws IOException {
        if (!first(fields, "content-encoding").equals("gzip")) {
            return body.toString(ISO_8859_1);
        }
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body.toByteArray()))) {
            return new String(in.readAllBytes(), ISO_8859_1);
        }
    }

    boolean isReplay() {
        return fields.containsKey("idempotent-replayed");
    }

    boolean isFailure() {
        return status.compareTo("400") >= 0;
    }

    boolean isUnknown() {
        return body.contains("problems/outcome-unknown");
    }

    boolean isWithoutBody() {
        return fields.containsKey("idempotent-body-omitted");
    }

    /** Whether the handler said by its status that it did not start (S14). */
    boolean isRefusal() {
        return REFUSALS.contains(status) || (status.equals("503") && fields.containsKey("retry-after"));
    }

    /** Everything that can be compared with what another server says. */
    Map<Aspect, String> aspects() {
        Map<Aspect, String> aspects = new EnumMap<>(Aspect.class);
        aspects.put(Aspect.INTERIM, interim.toString());
        aspects.put(Aspect.STATUS, status);
        aspects.put(Aspect.FIELDS, compared(fields).toString());
        aspects.put(Aspect.BODY, body + (whole ? "" : " (cut short)"));
        aspects.put(Aspect.TRAILERS, compared(trailers).toString());
        aspects.put(Aspect.CONNECTION, reusable ? "kept" : "closed");
        return aspects;
    }

    /** What a replay has in common with this first answer. */
    String replayable() {
        Map<String, List<String>> kept = new TreeMap<>(compared(fields));
        kept.keySet().removeAll(NOT_REPLAYED);
        return status + " " + kept + " " + compared(trailers) + "\n" + body + (whole ? "" : " (cut short)");
    }

    /** The length that was announced; empty if none was. */
    String length() {
        return first(fields, "content-length");
    }

    private static Map<String, List<String>> compared(Map<String, List<String>> fields) {
        Map<String, List<String>> compared = new TreeMap<>(fields);
        compared.keySet().removeAll(LEFT_OUT);
        compared.computeIfPresent(
                "set-cookie",
                (name, cookies) -> cookies.stream()
                        .map(cookie -> cookie.replaceFirst("^JSESSIONID=[^;]+", "JSESSIONID=..."))
                        .toList());
        return compared;
    }

    private static String first(Map<String, List<String>> fields, String name) {
        return fields.getOrDefault(name, List.of("")).get(0);
    }

    private static String status(InputStream in) throws IOException {
        String line = line(in);
        if (!line.startsWith("HTTP/1.1 ")) {
            throw new IOException("No response but: " + line);
        }
        return line.substring(9, 12);
    }

    private static Map<String, List<String>> fields(InputStream in) throws IOException {
        Map<String, List<String>> fields = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            fields.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), n -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        return fields;
    }

    private static boolean readBody(
            InputStream in,
            Map<String, List<String>> fields,
            ByteArrayOutputStream body,
            Map<String, List<String>> trailers)
            throws IOException {
        try {
            if (first(fields, "transfer-encoding").equals("chunked")) {
                return readChunks(in, body, trailers);
            }
            String length = first(fields, "content-length");
            if (length.isEmpty()) {
                in.transferTo(body);
                return true;
            }
            body.writeBytes(in.readNBytes(Integer.parseInt(length)));
            return body.size() == Integer.parseInt(length);
        } catch (SocketException | SocketTimeoutException | EOFException e) {
            return false;
        }
    }

    private static boolean readChunks(InputStream in, ByteArrayOutputStream body, Map<String, List<String>> trailers)
            throws IOException {
        int size = Integer.parseInt(line(in), 16);
        while (size > 0) {
            body.writeBytes(in.readNBytes(size));
            line(in);
            size = Integer.parseInt(line(in), 16);
        }
        trailers.putAll(fields(in));
        return true;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("The connection was closed after: " + line.toString(ISO_8859_1));
            }
            line.write(b);
        }
        return line.toString(ISO_8859_1).stripTrailing();
    }

    private static boolean isReusable(Socket socket, InputStream in) {
        try {
            socket.getOutputStream().write(PROBE);
            return status(in).equals("200");
        } catch (IOException e) {
            return false;
        }
    }
}
