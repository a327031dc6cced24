package dev.reprise.spring.boot;

import dev.reprise.IdempotencyException;
import dev.reprise.console.Console;
import dev.reprise.console.ConsoleSettings;
import dev.reprise.console.audit.AuditLog;
import dev.reprise.console.audit.FileAuditLog;
import dev.reprise.console.charts.Activity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The operator's console over the application's stores, where the application asks for it. They are opened with its first page. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
@ConditionalOnClass(Console.class)
@ConditionalOnBooleanProperty("reprise.console.enabled")
@EnableConfigurationProperties(ConsoleProperties.class)
@Import({ServletConsole.class, ReactiveConsole.class})
class OperatorConsole {
    @Bean
    @ConditionalOnMissingBean
    AuditLog repriseAuditLog(ConsoleProperties properties) {
        Path file = properties.auditFile();
        if (file == null) {
            return AuditLog.inLogOnly();
        }
        if (!Files.isWritable(file.toAbsolutePath().getParent())) {
            throw Mistakes.wrongConsole(new IllegalArgumentException(
                    "audit-file: there is no folder that this process may write " + file + " to"));
        }
        return new FileAuditLog(file, InstantSource.system());
    }

    /** What all engines of the application tell, for the charts. */
    @Bean
    @ConditionalOnMissingBean
    Activity repriseActivity() {
        return new Activity(InstantSource.system());
    }

    @Bean
    ConsoleRecords repriseConsoleRecords(ListableBeanFactory beans, AuditLog audit, KnownReconcilers reconcilers) {
        return new ConsoleRecords(beans, audit, reconcilers);
    }

    /** What the application's console is told of its process, wherever it is mounted. */
    static ConsoleSettings.Mounting mounting(ConsoleProperties properties, ConsoleRecords records, Engines engines) {
        return properties
                .mounting()
                .health(engines::problems)
                .types(engines::types)
                .store(records.kind());
    }

    /**
     * Mounts a console that somebody could sign in to.
     *
     * @throws RuntimeException that fails the start, and says which property is wrong
     */
    static <T> T mounted(ConsoleProperties properties, Supplier<T> mount) {
        if (properties.users() == null && !properties.knowsAuthorities()) {
            throw Mistakes.consoleForNobody();
        }
        try {
            return mount.get();
        } catch (IllegalArgumentException | IdempotencyException e) {
            throw Mistakes.wrongConsole(e);
        }
    }
}
