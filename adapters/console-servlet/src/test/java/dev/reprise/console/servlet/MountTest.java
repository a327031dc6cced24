package dev.reprise.console.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reprise.IdempotencyException;
import dev.reprise.console.ConsoleSettings;
import dev.reprise.console.audit.AuditLog;
import dev.reprise.console.audit.FileAuditLog;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.HttpVisitor;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.catalina.Context;
import org.apache.catalina.authenticator.BasicAuthenticator;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.LoginConfig;
import org.apache.tomcat.util.descriptor.web.SecurityCollection;
import org.apache.tomcat.util.descriptor.web.SecurityConstraint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How an application mounts the console: the piece of {@code docs/console.md}, run, and what goes wrong. */
class MountTest {
    @TempDir
    private Path folder;

    private static void mount(ServletContext context, OperationStore store, Path auditFile) {
        AuditLog audit = new FileAuditLog(auditFile, InstantSource.system());
        ConsoleServlet console = new ConsoleServlet(
                new StoreOperations(store, null, audit),
                ConsoleSettings.inApplication(),
                ApplicationUsers.inRoles("operator", "viewer"));
        context.addServlet("console", console).addMapping("/reprise/console/*");
    }

    @Test
    void whom_tomcat_has_authenticated_is_let_in_by_their_roles() throws Exception {
        Tomcat tomcat = ServletServer.tomcat(folder);
        Context context = tomcat.addContext("", null);
        tomcat.addUser("olivia", "secret");
        tomcat.addRole("olivia", "operator");
        tomcat.addUser("carl", "secret");
        tomcat.addRole("carl", "customer");
        context.setLoginConfig(new LoginConfig("BASIC", "shop", null, null));
        context.getPipeline().addValve(new BasicAuthenticator());
        SecurityCollection all = new SecurityCollection();
        all.addPattern("/*");
        SecurityConstraint authenticated = new SecurityConstraint();
        authenticated.addCollection(all);
        authenticated.addAuthRole("**");
        context.addConstraint(authenticated);
        OperationStore store = new MemoryStore();
        Path audit = folder.resolve("audit.jsonl");
        context.addServletContainerInitializer((classes, application) -> mount(application, store, audit), null);
        tomcat.start();

        String address = "http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/reprise/console";
        try (HttpVisitor olivia = new HttpVisitor(address).as("olivia");
                HttpVisitor carl = new HttpVisitor(address).as("carl");
                HttpVisitor nobody = new HttpVisitor(address)) {
            assertThat(olivia.page("/")).contains("olivia, operator");
            assertThat(carl.get("/").statusCode()).isEqualTo(403);
            assertThat(nobody.get("/").statusCode()).isEqualTo(401);
        } finally {
            tomcat.stop();
            tomcat.destroy();
            store.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_store_that_cannot_be_opened_yet_is_tried_again(ServletServer server) throws Exception {
        AtomicInteger tries = new AtomicInteger();
        OperationStore store = new MemoryStore();
        ConsoleServlet console = new ConsoleServlet(
                () -> {
                    if (tries.incrementAndGet() == 1) {
                        throw new IdempotencyException("The database is not there", null);
                    }
                    return new StoreOperations(store);
                },
                ConsoleSettings.inApplication(),
                ApplicationUsers.where(request -> true, request -> true));
        ServletServer.Running running = server.start(
                "", "/c/*", console, (request, response, chain) -> chain.doFilter(new AsOlivia(request), response));

        try (HttpVisitor olivia = new HttpVisitor("http://127.0.0.1:" + running.port() + "/c")) {
            assertThat(tries).as("before anybody has asked").hasValue(0);
            assertThat(olivia.get("/").statusCode()).isEqualTo(503);
            assertThat(olivia.get("/").statusCode()).isEqualTo(503);
            assertThat(tries).as("within a second").hasValue(1);
            await().until(() -> olivia.get("/").statusCode() == 200);
            assertThat(tries).hasValue(2);
            assertThat(olivia.page("/")).contains("olivia, operator");
        } finally {
            running.stop().stop();
            store.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void while_one_waits_for_the_store_others_are_answered(ServletServer server) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(1);
        OperationStore store = new MemoryStore();
        ConsoleServlet console = new ConsoleServlet(
                () -> {
                    asked.countDown();
                    try {
                        assertThat(open.await(60, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    return new StoreOperations(store);
                },
                ConsoleSettings.inApplication(),
                ApplicationUsers.where(request -> true, request -> true));
        ServletServer.Running running = server.start(
                "", "/c/*", console, (request, response, chain) -> chain.doFilter(new AsOlivia(request), response));

        String address = "http://127.0.0.1:" + running.port() + "/c";
        try (HttpVisitor olivia = new HttpVisitor(address);
                HttpVisitor other = new HttpVisitor(address);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> first = threads.submit(() -> olivia.page("/"));
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            Future<Integer> second = threads.submit(() -> other.get("/").statusCode());
            try {
                assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo(503);
            } finally {
                open.countDown();
            }
            assertThat(first.get(60, TimeUnit.SECONDS)).contains("olivia, operator");
        } finally {
            running.stop().stop();
            store.close();
        }
    }

    /** Jetty does not start then, and Tomcat answers with an error. */
    @ParameterizedTest
    @EnumSource
    void a_mapping_that_is_none_for_a_console_is_refused(ServletServer server) {
        for (String mapping : List.of("/console", "*.html", "/")) {
            assertThatThrownBy(() -> startAndAsk(server, mapping))
                    .as(mapping)
                    .isInstanceOf(ServletException.class)
                    .hasMessageContaining("/reprise/console/*");
        }
    }

    private static void startAndAsk(ServletServer server, String mapping) throws Exception {
        ConsoleServlet console = new ConsoleServlet(
                new StoreOperations(new MemoryStore()),
                ConsoleSettings.inApplication(),
                ApplicationUsers.inRoles("operator", null));
        ServletServer.Running running =
                server.start("", mapping, console, (request, response, chain) -> chain.doFilter(request, response));
        try (HttpVisitor visitor = new HttpVisitor("http://127.0.0.1:" + running.port())) {
            assertThat(visitor.get(mapping.replace("*", "/page")).statusCode()).isGreaterThanOrEqualTo(500);
            console.init();
        } finally {
            running.stop().stop();
        }
    }
}
