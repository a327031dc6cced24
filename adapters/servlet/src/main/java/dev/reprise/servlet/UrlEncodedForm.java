package dev.reprise.servlet;

import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Reads forms in {@code application/x-www-form-urlencoded}. */
final class UrlEncodedForm {
    private static final String TYPE = "application/x-www-form-urlencoded";

    private final ServletContainer container;
    private final Charset charset;
    private final BiConsumer<String, String> fields;

    private UrlEncodedForm(ServletContainer container, Charset charset, BiConsumer<String, String> fields) {
        this.container = container;
        this.charset = charset;
        this.fields = fields;
    }

    static boolean isType(@Nullable String contentType) {
        return contentType != null && contentType.split(";", 2)[0].strip().equalsIgnoreCase(TYPE);
    }

    /**
     * Reads a form.
     *
     * @param fields gets name and value of each field, in order
     * @throws UnreadableForm if it is not well encoded
     */
    static void read(byte[] form, Charset charset, ServletContainer container, BiConsumer<String, String> fields) {
        new UrlEncodedForm(container, charset, fields).read(form);
    }

    private void read(byte[] form) {
        int from = 0;
        for (int at = 0; at <= form.length; at++) {
            if (at == form.length || form[at] == '&') {
                // Nothing behind the last separator is no field.
                if (at > from || at < form.length) {
                    readField(form, from, at);
                }
                from = at + 1;
            }
        }
    }

    private void readField(byte[] form, int from, int to) {
        int equals = from;
        while (equals < to && form[equals] != '=') {
            equals++;
        }
        if (equals == from && container == ServletContainer.TOMCAT) {
            if (to > from) {
                throw unreadable("has a field without a name", null);
            }
            return;
        }
        fields.accept(decode(form, from, equals), decode(form, Math.min(equals + 1, to), to));
    }

    private String decode(byte[] form, int from, int to) {
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(to - from);
        for (int i = from; i < to; i++) {
            if (form[i] == '%') {
                int octet = i + 2 < to ? octet(form[i + 1], form[i + 2]) : -1;
                if (octet < 0) {
                    throw unreadable("has a percent sign before something else than two digits", null);
                }
                decoded.write(octet);
                i += 2;
            } else {
                decoded.write(form[i] == '+' ? ' ' : form[i]);
            }
        }
        try {
            return charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(decoded.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw unreadable("is not in " + charset, e);
        }
    }

    private static int octet(byte high, byte low) {
        int h = Character.digit((char) high, 16);
        int l = Character.digit((char) low, 16);
        return h < 0 || l < 0 ? -1 : h * 16 + l;
    }

    private static UnreadableForm unreadable(String why, @Nullable Throwable cause) {
        return new UnreadableForm(
                HttpServletResponse.SC_BAD_REQUEST,
                "The form in the request body " + why + ". Encode it as UTF-8",
                cause);
    }
}
