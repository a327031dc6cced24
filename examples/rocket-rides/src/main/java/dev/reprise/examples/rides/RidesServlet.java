package dev.reprise.examples.rides;

import dev.reprise.Response;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableExecution;
import dev.reprise.servlet.IdempotencyFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.sql.Connection;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Takes requests for rides. The caller gets what the operation answers; only a refusal is written here. */
final class RidesServlet extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient Resumable<RideRequest, Response, Connection> bookRide;
    private final transient JsonMapper json;

    RidesServlet(Resumable<RideRequest, Response, Connection> bookRide, JsonMapper json) {
        this.bookRide = bookRide;
        this.json = json;
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        RideRequest ride;
        try {
            ride = json.readValue(request.getInputStream(), RideRequest.class);
        } catch (JacksonException e) {
            response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
            response.setContentType("text/plain");
            response.getWriter()
                    .println("Send a ride, as in {\"origin\":\"...\",\"target\":\"...\",\"customer\":\"...\"}");
            return;
        }
        ((ResumableExecution) request.getAttribute(IdempotencyFilter.EXECUTION)).run(bookRide, ride);
    }
}
