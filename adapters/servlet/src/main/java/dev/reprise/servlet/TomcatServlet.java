package dev.reprise.servlet;

import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.http.HttpServletRequest;
import org.apache.catalina.Context;
import org.apache.catalina.Globals;
import org.apache.catalina.WebResourceRoot;
import org.apache.catalina.Wrapper;
import org.jspecify.annotations.Nullable;

/** What Tomcat knows of a servlet and the servlet API does not tell. Loaded in Tomcat only. */
final class TomcatServlet {
    private TomcatServlet() {}

    /** How Tomcat reads multipart forms for the servlet that the request is for; null if it does not. */
    static @Nullable MultipartConfigElement multipart(HttpServletRequest request) {
        if (!(request.getServletContext().getAttribute(Globals.RESOURCES_ATTR) instanceof WebResourceRoot resources)) {
            return null;
        }
        Context context = resources.getContext();
        String name = request.getHttpServletMapping().getServletName();
        if (context.findChild(name) instanceof Wrapper servlet && servlet.getMultipartConfigElement() != null) {
            return servlet.getMultipartConfigElement();
        }
        return context.getAllowCasualMultipartParsing() ? new MultipartConfigElement("") : null;
    }
}
