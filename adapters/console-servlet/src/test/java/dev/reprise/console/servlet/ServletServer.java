package dev.reprise.console.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.apache.tomcat.util.modeler.Registry;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The containers that the console has to work in. */
enum ServletServer {
    JETTY {
        @Override
        Running start(String contextPath, String mapping, ConsoleServlet console, Filter filter) throws Exception {
            ServletContextHandler context = new ServletContextHandler();
            context.setContextPath(contextPath.isEmpty() ? "/" : contextPath);
            context.addFilter(new FilterHolder(filter), "/*", EnumSet.of(DispatcherType.REQUEST));
            context.addServlet(new ServletHolder("console", console), mapping);
            Server server = new Server();
            ServerConnector connector = new ServerConnector(server);
            connector.setHost("127.0.0.1");
            server.addConnector(connector);
            server.setHandler(context);
            server.start();
            return new Running(connector.getLocalPort(), server::stop);
        }
    },
    TOMCAT {
        @Override
        Running start(String contextPath, String mapping, ConsoleServlet console, Filter filter) throws Exception {
            Tomcat tomcat = tomcat(Files.createTempDirectory("tomcat"));
            Context context = tomcat.addContext(contextPath, null);
            FilterDef definition = new FilterDef();
            definition.setFilterName("application");
            definition.setFilter(filter);
            context.addFilterDef(definition);
            FilterMap everywhere = new FilterMap();
            everywhere.setFilterName("application");
            everywhere.addURLPattern("/*");
            context.addFilterMap(everywhere);
            // Not by Tomcat.addServlet: a servlet cannot ask for the mapping that this has.
            context.addServletContainerInitializer(
                    (classes, servlets) ->
                            servlets.addServlet("console", console).addMapping(mapping),
                    Set.of());
            tomcat.start();
            return new Running(tomcat.getConnector().getLocalPort(), () -> {
                tomcat.stop();
                tomcat.destroy();
            });
        }
    };

    /** Held, so that its level is. */
    private static final Logger TOMCAT_LOG = Logger.getLogger("org.apache");

    static {
        // Several at a time would register the same names.
        Registry.disableRegistry();
    }

    /** A Tomcat on a free port, which has not started. */
    static Tomcat tomcat(Path folder) {
        TOMCAT_LOG.setLevel(Level.OFF);
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        tomcat.setConnector(connector);
        return tomcat;
    }

    /** How a container stops. */
    interface Stop {
        void stop() throws Exception;
    }

    /**
     * A container that serves.
     *
     * @param port where
     */
    record Running(int port, Stop stop) {}

    /** Starts a server on a free port, with the console behind a filter. */
    abstract Running start(String contextPath, String mapping, ConsoleServlet console, Filter filter) throws Exception;
}
