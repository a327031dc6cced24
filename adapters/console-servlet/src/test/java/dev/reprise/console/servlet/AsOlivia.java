package dev.reprise.console.servlet;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.security.Principal;

/** A request of an application that has one user. */
final class AsOlivia extends HttpServletRequestWrapper {
    AsOlivia(ServletRequest request) {
        super((HttpServletRequest) request);
    }

    @Override
    public Principal getUserPrincipal() {
        return () -> "olivia";
    }
}
