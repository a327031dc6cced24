package dev.reprise.servlet;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.nio.charset.Charset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A response whose status and fields can be changed for a while, and then are as they are whatever is set. */
abstract class GuardedResponse extends HttpServletResponseWrapper {
    private static final String CONTENT_LENGTH = "Content-Length";
    private static final String CONTENT_TYPE = "Content-Type";

    GuardedResponse(HttpServletResponse response) {
        super(response);
    }

    /** Whether anything can be changed. */
    abstract boolean isOpen();

    /** Whether there is a writer, which encodes as it did when it was made. */
    abstract boolean isWriting();

    /** The application says how long the body is; -1 takes that back. */
    abstract void announce(long length);

    @Override
    public void setStatus(int status) {
        ifOpen(() -> super.setStatus(status));
    }

    @Override
    public void setHeader(String name, @Nullable String value) {
        ifOpen(name, () -> {
            announceBy(name, value);
            keepingCharset(name, () -> super.setHeader(name, value));
        });
    }

    @Override
    public void addHeader(String name, @Nullable String value) {
        ifOpen(name, () -> {
            announceBy(name, value);
            keepingCharset(name, () -> super.addHeader(name, value));
        });
    }

    private void announceBy(String name, @Nullable String value) {
        if (CONTENT_LENGTH.equalsIgnoreCase(name)) {
            announce(value != null && value.matches("\\d{1,18}") ? Long.parseLong(value) : -1);
        }
    }

    @Override
    public void setIntHeader(String name, int value) {
        setHeader(name, Integer.toString(value));
    }

    @Override
    public void addIntHeader(String name, int value) {
        addHeader(name, Integer.toString(value));
    }

    @Override
    public void setDateHeader(String name, long date) {
        ifOpen(name, () -> super.setDateHeader(name, date));
    }

    @Override
    public void addDateHeader(String name, long date) {
        ifOpen(name, () -> super.addDateHeader(name, date));
    }

    @Override
    public void addCookie(Cookie cookie) {
        ifOpen(() -> super.addCookie(cookie));
    }

    @Override
    public void setContentLength(int length) {
        setContentLengthLong(length);
    }

    @Override
    public void setContentLengthLong(long length) {
        ifOpen(() -> {
            announce(length);
            super.setContentLengthLong(length);
        });
    }

    @Override
    public void setContentType(@Nullable String type) {
        ifOpen(() -> keepingCharset(CONTENT_TYPE, () -> super.setContentType(type)));
    }

    @Override
    public void setLocale(@Nullable Locale locale) {
        ifOpen(() -> {
            keepingCharset(CONTENT_TYPE, () -> super.setLocale(locale));
            // Not every container counts it among the fields otherwise.
            super.setHeader("Content-Language", locale == null ? null : locale.toLanguageTag());
        });
    }

    @Override
    public void setCharacterEncoding(@Nullable String encoding) {
        ifOpen(() -> keepingCharset(CONTENT_TYPE, () -> super.setCharacterEncoding(encoding)));
    }

    @Override
    public void setCharacterEncoding(@Nullable Charset encoding) {
        setCharacterEncoding(encoding == null ? null : encoding.name());
    }

    private void ifOpen(Runnable change) {
        if (isOpen()) {
            change.run();
        }
    }

    /** A field without a name is none. */
    private void ifOpen(@Nullable String name, Runnable change) {
        if (name != null && !name.isEmpty()) {
            ifOpen(change);
        }
    }

    /** A writer encodes as it did when it was made, whatever is said afterwards. */
    private void keepingCharset(String name, Runnable change) {
        String charset = isWriting() && CONTENT_TYPE.equalsIgnoreCase(name) ? getCharacterEncoding() : null;
        change.run();
        if (charset != null) {
            super.setCharacterEncoding(charset);
        }
    }
}
