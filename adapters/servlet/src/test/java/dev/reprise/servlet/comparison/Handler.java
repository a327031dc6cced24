package dev.reprise.servlet.comparison;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** What an application does with a request, in each of its dispatches. */
interface Handler {
    void handle(HttpServletRequest request, HttpServletResponse response, Seen seen) throws Exception;
}
