package dev.reprise.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumSet;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The servlet containers that the filter has to work in. */
enum Container {
    JETTY {
        @Override
        Running start(Filter filter, Set<DispatcherType> dispatches, Servlet servlet, boolean asyncSupported)
                throws Exception {
            Server server = new Server();
            ServerConnector connector = new ServerConnector(server);
            connector.setHost("127.0.0.1");
            server.addConnector(connector);
            ServletContextHandler context = new ServletContextHandler();
            FilterHolder filterHolder = new FilterHolder(filter);
            filterHolder.setAsyncSupported(true);
            context.addFilter(filterHolder, "/*", EnumSet.copyOf(dispatches));
            ServletHolder servletHolder = new ServletHolder(servlet);
            servletHolder.setAsyncSupported(asyncSupported);
            context.addServlet(servletHolder, "/*");
            server.setHandler(context);
            server.start();
            return new Running(connector.getLocalPort(), server::stop);
        }
    },
    TOMCAT {
        @Override
        Running start(Filter filter, Set<DispatcherType> dispatches, Servlet servlet, boolean asyncSupported)
                throws IOException, LifecycleException {
            Tomcat tomcat = new Tomcat();
            tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
            Connector connector = new Connector();
            connector.setPort(0);
            connector.setProperty("address", "127.0.0.1");
            tomcat.setConnector(connector);
            Context context = tomcat.addContext("", null);
            FilterDef definition = new FilterDef();
            definition.setFilterName("idempotency");
            definition.setFilter(filter);
            definition.setAsyncSupported("true");
            context.addFilterDef(definition);
            FilterMap mapping = new FilterMap();
            mapping.setFilterName("idempotency");
            mapping.addURLPattern("/*");
            dispatches.forEach(type -> mapping.setDispatcher(type.name()));
            context.addFilterMap(mapping);
            Wrapper wrapper = Tomcat.addServlet(context, "servlet", servlet);
            wrapper.setAsyncSupported(asyncSupported);
            wrapper.addMapping("/*");
            Logger.getLogger("org.apache").setLevel(Level.SEVERE);
            tomcat.start();
            return new Running(connector.getLocalPort(), () -> {
                tomcat.stop();
                tomcat.destroy();
            });
        }
    };

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

    /** Starts a server on a free port, with the servlet for all paths behind the filter. */
    abstract Running start(Filter filter, Set<DispatcherType> dispatches, Servlet servlet, boolean asyncSupported)
            throws Exception;
}
