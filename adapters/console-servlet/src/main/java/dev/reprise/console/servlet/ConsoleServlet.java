package dev.reprise.console.servlet;

import dev.reprise.console.ConsoleRequest;
import dev.reprise.console.ConsoleResponse;
import dev.reprise.console.ConsoleSettings;
import dev.reprise.console.LateConsole;
import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.charts.Activity;
import dev.reprise.console.operations.StoreOperations;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The operator's console in a servlet container. It is mapped to one path and all below it, as in {@code /reprise/console/*}, and needs
 * nothing else of its application. See {@code docs/console.md}.
 *
 * <p>Thread-safe. Requests block while the store works. Its end does not close the store.
 */
public final class ConsoleServlet extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1;

    private static final String ALL_BELOW = "/*";

    private final transient Supplier<StoreOperations> operations;
    private final transient ConsoleSettings.Mounting mounting;
    private final transient @Nullable ApplicationUsers users;
    private transient @Nullable Activity activity;
    private transient volatile @Nullable LateConsole console;

    /**
     * A console that is signed in to as the settings say.
     *
     * @param operations what is seen and changed; stays the caller's to close
     * @param mounting the settings, to be left alone from now on; where they are mounted is for the container to say
     * @throws IllegalArgumentException if nobody could sign in
     */
    public ConsoleServlet(StoreOperations operations, ConsoleSettings.Mounting mounting) {
        this(() -> operations, mounting, null);
    }

    /**
     * A console for users whom the application has authenticated, and for who signs in as the settings say, if they say how.
     *
     * @param operations what is seen and changed; stays the caller's to close
     * @param mounting the settings, to be left alone from now on; where they are mounted is for the container to say
     */
    public ConsoleServlet(
            StoreOperations operations, ConsoleSettings.Mounting mounting, ApplicationUsers applicationUsers) {
        this(() -> operations, mounting, applicationUsers);
    }

    /**
     * The same, over a store that is opened when somebody asks for a page.
     *
     * @param operations tells what is seen and changed; asked by one request at a time, and again a second after it has failed; others get
     *     503 meanwhile
     * @param users whom the application has authenticated; null if all sign in as the settings say
     * @throws IllegalArgumentException if nobody could sign in
     */
    public ConsoleServlet(
            Supplier<StoreOperations> operations, ConsoleSettings.Mounting mounting, @Nullable ApplicationUsers users) {
        this.operations = operations;
        this.mounting = mounting.authenticated(users != null);
        this.users = users;
        ConsoleSettings ignored = mounting.build();
    }

    /**
     * Draws what the process has done, and returns this servlet. To be called before it is mounted.
     *
     * @param counted a listener of the engines of this process
     */
    public ConsoleServlet charts(Activity counted) {
        activity = counted;
        return this;
    }

    @Override
    public void init() throws ServletException {
        String place = getServletContext().getContextPath() + mapped();
        try {
            console = new LateConsole(mounting.mount(place).build(), operations, activity);
        } catch (IllegalArgumentException e) {
            throw new ServletException(e.getMessage(), e);
        }
    }

    /** The path that the container has for it. */
    private String mapped() throws ServletException {
        ServletRegistration registration = getServletContext().getServletRegistration(getServletName());
        Collection<String> mappings = registration == null ? List.of() : registration.getMappings();
        String only = mappings.size() == 1 ? mappings.iterator().next() : "";
        if (!only.endsWith(ALL_BELOW)) {
            throw new ServletException(
                    "The console is mapped to one path and all below it, as in /reprise/console/*, and not to "
                            + mappings);
        }
        return only.substring(0, only.length() - ALL_BELOW.length());
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        send(response, respond(request));
    }

    private ConsoleResponse respond(HttpServletRequest request) throws IOException {
        LateConsole mounted = console;
        String path = mounted == null ? null : mounted.settings().below(request.getRequestURI());
        if (mounted == null || path == null) {
            // The container has understood another spelling of the place. No link has it.
            return ConsoleResponse.text(404, "There is no such page");
        }
        ConsoleRequest read;
        try {
            String form = SentForm.read(request);
            if (form == null) {
                return ConsoleResponse.tooLong();
            }
            read = read(request, path, form);
        } catch (IllegalArgumentException | IllegalStateException e) {
            return ConsoleResponse.unreadable(e);
        }
        return mounted.handle(read);
    }

    private ConsoleRequest read(HttpServletRequest request, String path, String form) {
        ConsoleUser user = users == null ? null : users.of(request);
        return new ConsoleRequest(
                request.getMethod(),
                path,
                request.getQueryString(),
                form,
                name -> name.equals("Host")
                        ? authority(request)
                        : ConsoleRequest.said(name, Collections.list(request.getHeaders(name))),
                request.getRemoteAddr(),
                request.isSecure(),
                user);
    }

    /** As browsers write it, whatever the version of HTTP, and whatever the application knows from a proxy. */
    private static String authority(HttpServletRequest request) {
        boolean usual = request.getServerPort() == (request.isSecure() ? 443 : 80);
        return request.getServerName() + (usual ? "" : ":" + request.getServerPort());
    }

    /** What a filter in front has said of a page of its own does not count here. */
    private static void send(HttpServletResponse to, ConsoleResponse response) throws IOException {
        to.setStatus(response.status());
        response.headers().forEach((name, value) -> {
            if (name.equals("Set-Cookie")) {
                to.addHeader(name, value);
            } else {
                to.setHeader(name, value);
            }
        });
        byte[] body = response.body().bytes();
        to.setContentLength(body.length);
        to.getOutputStream().write(body);
    }

    @Override
    public void destroy() {
        LateConsole mounted = console;
        if (mounted != null) {
            mounted.close();
        }
    }
}
