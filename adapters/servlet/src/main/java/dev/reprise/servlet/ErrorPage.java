package dev.reprise.servlet;

import dev.reprise.servlet.CapturedResponse.SentError;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
        response.reopen(error.status());
        if (path == null) {
            plain(error, response);
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
        page.forward(new ErrorRequest(request), response);
        SentError again = response.error();
        if (again != null) {
            response.reopen(again.status());
            plain(again, response);
        }
    }

    private static void plain(SentError error, CapturedResponse response) throws IOException {
        if (error.message() != null) {
            response.setContentType("text/plain;charset=utf-8");
            response.getOutputStream().write(error.message().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The request of an error dispatch, which asks for a page. */
    private static final class ErrorRequest extends HttpServletRequestWrapper {
        private ErrorRequest(HttpServletRequest request) {
            super(request);
        }

        @Override
        public DispatcherType getDispatcherType() {
            return DispatcherType.ERROR;
        }

        @Override
        public String getMethod() {
            return "GET";
        }
    }
}
