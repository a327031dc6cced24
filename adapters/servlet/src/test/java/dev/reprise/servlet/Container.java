package dev.reprise.servlet;

import jakarta.servlet.Filter;
import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.apache.tomcat.util.modeler.Registry;
import org.eclipse.jetty.compression.gzip.GzipCompression;
import org.eclipse.jetty.compression.server.CompressionConfig;
import org.eclipse.jetty.compression.server.CompressionHandler;
import org.eclipse.jetty.ee11.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The servlet containers that the filter has to work in; they compress for callers who accept that. */
public enum Container {
    JETTY {
        @Override
        public Running start(Deployment deployment) throws Exception {
            Server server = new Server();
            ServerConnector connector = new ServerConnector(server);
            connector.setHost("127.0.0.1");
            server.addConnector(connector);
            CompressionHandler compression = new CompressionHandler(jettyContext(deployment));
            compression.putCompression(new GzipCompression());
            compression.putConfiguration(
                    "/*",
                    CompressionConfig.builder().compressIncludeMethod("POST").build());
            server.setHandler(compression);
            server.start();
            return new Running(connector.getLocalPort(), server::stop);
        }
    },
    TOMCAT {
        @Override
        public Running start(Deployment deployment) throws IOException, LifecycleException {
            Tomcat tomcat = new Tomcat();
            tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
            Connector connector = new Connector();
            connector.setPort(0);
            connector.setProperty("address", "127.0.0.1");
            connector.setProperty("compression", "on");
            tomcat.setConnector(connector);
            configureTomcat(tomcat.addContext(deployment.contextPath(), null), deployment);
            TOMCAT_LOG.setLevel(Level.OFF);
            tomcat.start();
            return new Running(connector.getLocalPort(), () -> {
                tomcat.stop();
                tomcat.destroy();
            });
        }
    };

    /** Held, so that its level is. Failures are what the tests want, and not worth a log. */
    private static final Logger TOMCAT_LOG = Logger.getLogger("org.apache");

    static {
        // Several at a time would register the same names.
        Registry.disableRegistry();
    }

    /** How a container stops. */
    public interface Stop {
        void stop() throws Exception;
    }

    /**
     * A container that serves.
     *
     * @param port where
     */
    public record Running(int port, Stop stop) {}

    /** Starts a server on a free port. */
    public abstract Running start(Deployment deployment) throws Exception;

    private static ServletContextHandler jettyContext(Deployment deployment) {
        ServletContextHandler context = new ServletContextHandler(ServletContextHandler.SESSIONS);
        context.setContextPath(deployment.contextPath().isEmpty() ? "/" : deployment.contextPath());
        Filter filter = deployment.filter();
        if (filter != null) {
            FilterHolder holder = new FilterHolder(filter);
            holder.setAsyncSupported(true);
            context.addFilter(holder, "/*", EnumSet.copyOf(deployment.dispatches()));
        }
        for (Deployment.Mapped mapped : deployment.servlets()) {
            ServletHolder holder = new ServletHolder(mapped.pattern(), mapped.servlet());
            holder.setAsyncSupported(deployment.asyncSupported());
            if (mapped.multipart() != null) {
                holder.getRegistration().setMultipartConfig(mapped.multipart());
            }
            context.addServlet(holder, mapped.pattern());
        }
        if (deployment.errorPage() != null) {
            ErrorPageErrorHandler pages = new ErrorPageErrorHandler() {
                // Otherwise PUT and PATCH have no error page in Jetty.
                @Override
                public boolean errorPageForMethod(String method) {
                    return true;
                }
            };
            pages.addErrorPage(ErrorPageErrorHandler.GLOBAL_ERROR_PAGE, deployment.errorPage());
            context.setErrorHandler(pages);
        }
        return context;
    }

    private static void configureTomcat(Context context, Deployment deployment) {
        Filter filter = deployment.filter();
        if (filter != null) {
            FilterDef definition = new FilterDef();
            definition.setFilterName("idempotency");
            definition.setFilter(filter);
            definition.setAsyncSupported("true");
            context.addFilterDef(definition);
            FilterMap mapping = new FilterMap();
            mapping.setFilterName("idempotency");
            mapping.addURLPattern("/*");
            deployment.dispatches().forEach(type -> mapping.setDispatcher(type.name()));
            context.addFilterMap(mapping);
        }
        for (Deployment.Mapped mapped : deployment.servlets()) {
            Wrapper wrapper = Tomcat.addServlet(context, mapped.pattern(), mapped.servlet());
            wrapper.setAsyncSupported(deployment.asyncSupported());
            if (mapped.multipart() != null) {
                wrapper.setMultipartConfigElement(mapped.multipart());
            }
            wrapper.addMapping(mapped.pattern());
        }
        if (deployment.errorPage() != null) {
            ErrorPage page = new ErrorPage();
            page.setLocation(deployment.errorPage());
            context.addErrorPage(page);
        }
    }
}
