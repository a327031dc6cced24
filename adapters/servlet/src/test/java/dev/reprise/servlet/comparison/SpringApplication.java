package dev.reprise.servlet.comparison;

import jakarta.servlet.*;
import jakarta.servlet.http.*;

final class SpringApplication {
    static Servlet servlet() {
        return new HttpServlet() {};
    }
}
