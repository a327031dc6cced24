package dev.reprise.spring.boot;

import dev.reprise.console.servlet.ConsoleServlet;
import org.springframework.boot.web.servlet.ServletRegistrationBean;

/** The servlet of the console. It is closed among the beans: when its container ends it, its audit and its stores are closed already. */
final class ConsoleRegistration extends ServletRegistrationBean<ConsoleServlet> implements AutoCloseable {
    /** Its name among the beans. */
    static final String BEAN = "repriseConsole";

    ConsoleRegistration(ConsoleServlet servlet, String path) {
        super(servlet, path + "/*");
        setName(BEAN);
    }

    @Override
    public void close() {
        ConsoleServlet servlet = getServlet();
        if (servlet != null) {
            servlet.destroy();
        }
    }
}
