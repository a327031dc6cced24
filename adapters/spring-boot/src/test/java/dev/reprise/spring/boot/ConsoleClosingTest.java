package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Scope;
import dev.reprise.console.access.ConsoleToken;
import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.Role;
import dev.reprise.console.audit.AuditView;
import dev.reprise.console.audit.FileAuditLog;
import dev.reprise.memory.MemoryStore;
import dev.reprise.testkit.FaultyStore;
import dev.reprise.testkit.FaultyStore.Call;
import dev.reprise.testkit.FaultyStore.Fault;
import dev.reprise.testkit.HttpVisitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;

/** An application that is closed while its console does something to many operations writes down what came of it. */
class ConsoleClosingTest {
    private static final int MANY = 300;

    @TempDir
    private Path folder;

    private final ConsoleToken token = ConsoleToken.create(new SecureRandom());

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        FaultyStore store() {
            return new FaultyStore(new MemoryStore());
        }

        /** Lets what has stopped go on, just before the console is closed. */
        @Bean
        @DependsOn("repriseConsole")
        AutoCloseable gate(FaultyStore store) {
            return store::heal;
        }
    }

    @BeforeEach
    void writeUsers() throws Exception {
        Path users = folder.resolve("users");
        Files.writeString(users, token.line(new ConsoleUser("olga", Role.OPERATOR)) + "\n");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
    }

    private String[] properties() {
        return new String[] {
            "--reprise.console.enabled=true",
            "--reprise.console.users=" + folder.resolve("users"),
            "--reprise.console.audit-file=" + folder.resolve("audit")
        };
    }

    /** Returns when the first of them is being released, at which it stops. */
    private void beginReleaseOfAll(FaultyStore store, HttpVisitor olga) throws Exception {
        for (int i = 0; i < MANY; i++) {
            ReconcilingTest.unknown(store, new Scope("anonymous", "/charges"), "k" + i);
        }
        CountDownLatch begun = new CountDownLatch(1);
        store.before(Call.RELEASE, begun::countDown);
        store.inject(Fault.STALL, Call.RELEASE);
        assertThat(olga.post("/sign-in", "token", token.text()).statusCode()).isEqualTo(303);

        olga.post(
                "/bulk", "csrf", olga.csrf(), "what", "release", "filter", "", "reason", "deploy failed", "do", "yes");

        assertThat(begun.await(ReconcilingTest.LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
    }

    private void assertStoppedInAudit() {
        List<AuditView> rows;
        try (FileAuditLog audit = new FileAuditLog(folder.resolve("audit"), InstantSource.system())) {
            rows = audit.latest(null, 2 * MANY).entries();
        }
        assertThat(rows)
                .filteredOn(row -> row.action().equals("release many"))
                .singleElement()
                .satisfies(whole -> assertThat(whole.outcome()).endsWith(", stopped by the end of its process"));
        assertThat(rows)
                .hasSizeBetween(2, MANY)
                .allSatisfy(row -> assertThat(row.outcome()).isNotNull());
    }

    @Test
    void of_servlets() throws Exception {
        try (Booted application = Booted.start(Application.class, properties())) {
            beginReleaseOfAll(application.bean(FaultyStore.class), application.visitor("/reprise/console"));
        }
        assertStoppedInAudit();
    }

    @Test
    void that_is_reactive() throws Exception {
        try (BootedReactive application = BootedReactive.start(Application.class, properties())) {
            beginReleaseOfAll(application.bean(FaultyStore.class), application.visitor("/reprise/console"));
        }
        assertStoppedInAudit();
    }
}
