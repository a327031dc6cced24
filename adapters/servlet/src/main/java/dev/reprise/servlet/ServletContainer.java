package dev.reprise.servlet;

import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What containers do where the servlet specification leaves it open. The filter does as the one does that it runs in,
 * so that an application does not notice it.
 */
enum ServletContainer {
    /** Jetty; any other that is not known is taken for one. */
    JETTY,
    TOMCAT;

    /** The one that the request came from. */
    static ServletContainer of(HttpServletRequest request) {
        return request.getServletContext().getServerInfo().startsWith("Apache Tomcat") ? TOMCAT : JETTY;
    }

    /** The charset of forms that come without one. */
    String formCharset() {
        return switch (this) {
            case JETTY -> "UTF-8";
            case TOMCAT -> "ISO-8859-1";
        };
    }

    /** Whether forms in requests with that method are parameters. */
    boolean readsForms(String method) {
        return method.equals("POST") || (this == JETTY && method.equals("PUT"));
    }

    /** Whether it makes parts of bodies of that type. */
    boolean readsParts(@Nullable String contentType) {
        return switch (this) {
            case JETTY -> MultipartForm.isType(contentType);
            case TOMCAT ->
                contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith("multipart/");
        };
    }

    /** How it makes parts for the servlet that the request is for; null if it does not. */
    @Nullable
    MultipartConfigElement multipart(HttpServletRequest request) {
        return switch (this) {
            case JETTY -> (MultipartConfigElement) request.getAttribute(MultipartForm.JETTY_CONFIG);
            case TOMCAT -> TomcatServlet.multipart(request);
        };
    }

    /** Whether it reads no form behind somebody who has begun to read the stream. */
    boolean givesUp(BufferedInput input) {
        return this == JETTY && input.isBegun();
    }
}
