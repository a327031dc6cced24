package dev.reprise.servlet;

import jakarta.servlet.http.HttpServletResponse;
import java.io.UnsupportedEncodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import org.apache.commons.fileupload2.core.ParameterParser;
import org.jspecify.annotations.Nullable;

/** Charsets by the names that requests and applications give them. */
final class Charsets {
    private Charsets() {}

    static Charset named(String name) throws UnsupportedEncodingException {
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            UnsupportedEncodingException unsupported = new UnsupportedEncodingException(name);
            unsupported.initCause(e);
            throw unsupported;
        }
    }

    /**
     * The charset of a form.
     *
     * @param name as the form has it; null for the container's default
     * @throws UnreadableForm if there is no such charset, and the container does not take another one then
     */
    static Charset ofForm(@Nullable String name, ServletContainer container) {
        try {
            return named(name == null ? container.formCharset() : name);
        } catch (UnsupportedEncodingException e) {
            if (container == ServletContainer.TOMCAT) {
                return Charset.forName(container.formCharset());
            }
            throw new UnreadableForm(
                    HttpServletResponse.SC_BAD_REQUEST,
                    "The form in the request body is in the unknown charset " + name,
                    e);
        }
    }

    /** The charset that a media type names. */
    static @Nullable String in(@Nullable String mediaType) {
        ParameterParser parser = new ParameterParser();
        parser.setLowerCaseNames(true);
        return parser.parse(mediaType, ';').get("charset");
    }
}
