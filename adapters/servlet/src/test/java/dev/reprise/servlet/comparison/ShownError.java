package dev.reprise.servlet.comparison;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.util.Set;

/** The error page of the application, which shows what it knows of the error. */
final class ShownError extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1;

    private static final Set<String> WORDS =
            Set.of("Bad Request", "Unauthorized", "Not Found", "Method Not Allowed", "Conflict", "Server Error");

    /** Where there is none, Jetty has the status in words. */
    private static String message(HttpServletRequest request) {
        String message = String.valueOf(request.getAttribute(RequestDispatcher.ERROR_MESSAGE));
        return WORDS.contains(message) ? "" : message;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain;charset=utf-8");
        response.getWriter()
                .print("error " + request.getMethod()
                        + " " + request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE)
                        + " " + message(request)
                        + " " + request.getAttribute(RequestDispatcher.ERROR_EXCEPTION_TYPE)
                        + " " + request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI)
                        + " " + request.getAttribute(RequestDispatcher.ERROR_QUERY_STRING)
                        + " " + request.getAttribute(RequestDispatcher.ERROR_METHOD)
                        + " " + request.getAttribute(RequestDispatcher.ERROR_SERVLET_NAME));
    }
}
