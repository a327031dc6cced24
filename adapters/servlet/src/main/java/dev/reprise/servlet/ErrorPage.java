package dev.reprise.servlet;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Shows what {@code sendError} was called for, where the container would do it behind the filter's back. */
final class ErrorPage {
    private ErrorPage() {}

    /**
     * Renders an error.
     *
     * @param path the application's page; without one the message is shown
     */
    static void render(SentError error, HttpServletRequest request, CapturedResponse response, @Nullable String path)
            throws IOException, ServletException {
        if (path == null) {
            response.showMessage(error);
            return;
        }
        RequestDispatcher page = request.getRequestDispatcher(path);
        if (page == null) {
            throw new ServletException("There is nothing at the path of the error page, " + path);
        }
        request.setAttribute(RequestDispatcher.ERROR_STATUS_CODE, error.status());
        request.setAttribute(RequestDispatcher.ERROR_MESSAGE, error.message() == null ? "" : error.message());
        request.setAttribute(RequestDispatcher.ERROR_REQUEST_URI, request.getRequestURI());
        request.setAttribute(RequestDispatcher.ERROR_QUERY_STRING, request.getQueryString());
        request.setAttribute(RequestDispatcher.ERROR_METHOD, request.getMethod());
        request.setAttribute(
                RequestDispatcher.ERROR_SERVLET_NAME,
                request.getHttpServletMapping().getServletName());
        response.reopen(error);
        page.forward(new PageRequest(request), response);
    }

    /** The page is asked for by GET, as in an error dispatch, whatever the request was. */
    private static final class PageRequest extends HttpServletRequestWrapper {
        private PageRequest(HttpServletRequest request) {
            super(request);
        }

        @Override
        public String getMethod() {
            return "GET";
        }
    }
}
