package dev.reprise.servlet;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/**
 * A dispatcher to which a forward is the whole response: nothing that was written before it, and nothing behind it. Containers
 * see to that beneath all wrappers of a response.
 */
final class CapturedDispatcher implements RequestDispatcher {
    private final RequestDispatcher dispatcher;
    private final CapturedResponse captured;

    CapturedDispatcher(RequestDispatcher dispatcher, CapturedResponse captured) {
        this.dispatcher = dispatcher;
        this.captured = captured;
    }

    @Override
    public void forward(ServletRequest request, ServletResponse response) throws ServletException, IOException {
        captured.startAnew();
        dispatcher.forward(request, response);
        if (!request.isAsyncStarted()) {
            captured.complete();
        }
    }

    @Override
    public void include(ServletRequest request, ServletResponse response) throws ServletException, IOException {
        dispatcher.include(request, response);
    }
}
