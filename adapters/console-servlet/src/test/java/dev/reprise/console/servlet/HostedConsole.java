package dev.reprise.console.servlet;

import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Scope;
import dev.reprise.console.ConsoleSettings;
import dev.reprise.console.audit.FileAuditLog;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.testkit.HttpVisitor;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Principal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The console of a shop in a real container, over records in memory. The shop authenticates people, most of whom are customers. */
final class HostedConsole implements AutoCloseable {
    /** Where the shop is. */
    static final String CONTEXT = "/shop";
    /** Where its console is. */
    static final String PLACE = CONTEXT + "/reprise/console";

    /** An operator whose name is longer than the audit has room for. */
    static final String ENDLESS = "o".repeat(201);

    private static final Map<String, String> ROLES =
            Map.of("olivia", "operator", "Olivia Miller", "operator", ENDLESS, "operator", "victor", "viewer");

    private final MemoryStore store = new MemoryStore();
    private final FileAuditLog audit;
    private final ServletServer.Running running;

    private HostedConsole(
            ServletServer server, Path folder, ConsoleSettings.Mounting mounting, @Nullable ApplicationUsers users)
            throws Exception {
        audit = new FileAuditLog(folder.resolve("audit.jsonl"), InstantSource.system());
        StoreOperations operations = new StoreOperations(store, null, audit);
        running = server.start(
                CONTEXT,
                "/reprise/console/*",
                new ConsoleServlet(() -> operations, mounting, users),
                HostedConsole::authenticate);
    }

    /** For users of the shop. */
    static HostedConsole start(ServletServer server, Path folder) throws Exception {
        return start(server, folder, ConsoleSettings.inApplication(), ApplicationUsers.inRoles("operator", "viewer"));
    }

    static HostedConsole start(
            ServletServer server, Path folder, ConsoleSettings.Mounting mounting, @Nullable ApplicationUsers users)
            throws Exception {
        return new HostedConsole(server, folder, mounting, users);
    }

    /** What the shop makes of a password; and what other filters do, if a test asks for it. */
    private static void authenticate(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest asked = (HttpServletRequest) request;
        if (asked.getHeader("X-Test-Parameter") != null) {
            request.getParameter("_method");
        }
        String credential = asked.getHeader("Authorization");
        boolean tls = asked.getHeader("X-Test-Tls") != null;
        String name = credential == null ? null : name(credential);
        chain.doFilter(name == null && !tls ? request : new Shown(asked, name, tls), response);
    }

    private static @Nullable String name(String credential) {
        String[] nameAndPassword = new String(
                        Base64.getDecoder().decode(credential.substring("Basic ".length())), StandardCharsets.UTF_8)
                .split(":", 2);
        return nameAndPassword[1].equals("secret") ? nameAndPassword[0] : null;
    }

    private static final class Shown extends HttpServletRequestWrapper {
        private final @Nullable String name;
        private final boolean tls;

        private Shown(HttpServletRequest request, @Nullable String name, boolean tls) {
            super(request);
            this.name = name;
            this.tls = tls;
        }

        @Override
        public @Nullable Principal getUserPrincipal() {
            String shown = name;
            return shown == null ? null : () -> shown;
        }

        @Override
        public boolean isUserInRole(String role) {
            return name != null && role.equals(ROLES.getOrDefault(name, "customer"));
        }

        @Override
        public boolean isSecure() {
            return tls;
        }
    }

    int port() {
        return running.port();
    }

    HttpVisitor visitor() {
        return new HttpVisitor("http://127.0.0.1:" + port() + PLACE);
    }

    private static OperationId id(String key) {
        return new OperationId(new Scope("alice", "/charges"), new IdempotencyKey(key));
    }

    /** An operation whose outcome nobody knows. */
    void unknown(String key) {
        Claim claim =
                new Claim(id(key), new RequestFingerprint(1, new byte[1]), new Owner("node", 1), Duration.ofHours(1));
        store.park(((Acquisition.Acquired) store.acquire(claim)).lease(), "Connection was closed");
    }

    boolean isUnknown(String key) {
        return store.find(id(key))
                .map(record -> record.state() instanceof OperationState.Unknown)
                .orElse(false);
    }

    FileAuditLog audit() {
        return audit;
    }

    @Override
    public void close() throws IOException {
        try {
            running.stop().stop();
        } catch (Exception e) {
            throw new IOException("The container did not stop", e);
        } finally {
            audit.close();
            store.close();
        }
    }
}
