package dev.reprise.servlet;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/** A dispatcher that takes back what was written before a forward, which Jetty does beneath all wrappers of a response. */
final class ClearingDispatcher implements RequestDispatcher {
    private final RequestDispatcher dispatcher;
    private final CapturedResponse captured;

    ClearingDispatcher(RequestDispatcher dispatcher, CapturedResponse captured) {
        this.dispatcher = dispatcher;
        this.captured = captured;
    }

    @Override
    public void forward(ServletRequest request, ServletResponse response) throws ServletException, IOException {
        captured.startAnew();
        dispatcher.forward(request, response);
    }

    @Override
    public void include(ServletRequest request, ServletResponse response) throws ServletException, IOException {
        dispatcher.include(request, response);
    }
}
