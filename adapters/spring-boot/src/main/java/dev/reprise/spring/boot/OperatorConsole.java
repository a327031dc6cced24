package dev.reprise.spring.boot;

import dev.reprise.IdempotencyException;
import dev.reprise.console.audit.AuditLog;
import dev.reprise.console.audit.FileAuditLog;
import dev.reprise.console.charts.Activity;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.console.servlet.ApplicationUsers;
import dev.reprise.console.servlet.ConsoleServlet;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.ResumableStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The operator's console over the application's stores, where the application asks for it. They are opened with its first page. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(ConsoleServlet.class)
@ConditionalOnBooleanProperty("reprise.console.enabled")
@EnableConfigurationProperties(ConsoleProperties.class)
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
    ServletRegistrationBean<ConsoleServlet> repriseConsole(
            ConsoleProperties properties,
            ListableBeanFactory beans,
            ObjectProvider<OperationStore> stores,
            ObjectProvider<ResumableStore<?>> resumable,
            ObjectProvider<RecordEncryption> encryption,
            Engines engines,
            AuditLog audit,
            Activity activity) {
        String[] names = beans.getBeanNamesForType(OperationStore.class, true, false);
        if (names.length == 0) {
            throw Mistakes.consoleWithoutStore();
        }
        if (properties.users() == null && !properties.knowsAuthorities()) {
            throw Mistakes.consoleForNobody();
        }
        try {
            ConsoleServlet servlet = new ConsoleServlet(
                            () -> {
                                OperationStore store = stores.getIfUnique();
                                if (store == null) {
                                    throw Mistakes.noChoice("OperationStore", List.of(names));
                                }
                                return operations(store, resumable.getIfUnique(), encryption.getObject(), audit);
                            },
                            properties
                                    .mounting()
                                    .health(engines::problems)
                                    .types(engines::types)
                                    .store(kind(beans, names)),
                            properties.knowsAuthorities() ? users(properties) : null)
                    .charts(activity);
            ServletRegistrationBean<ConsoleServlet> registration =
                    new ServletRegistrationBean<>(servlet, properties.path() + "/*");
            registration.setName("repriseConsole");
            return registration;
        } catch (IllegalArgumentException | IdempotencyException e) {
            throw Mistakes.wrongConsole(e);
        }
    }

    /** What keeps the records, without opening it. */
    private static @Nullable String kind(ListableBeanFactory beans, String[] names) {
        Class<?> type = names.length == 1 ? beans.getType(names[0], false) : null;
        return type == null ? null : type.getSimpleName();
    }

    /** As the engines see them: encrypted records are shown as what they are. */
    private static StoreOperations operations(
            OperationStore store, @Nullable ResumableStore<?> steps, RecordEncryption encryption, AuditLog audit) {
        return new StoreOperations(encryption.over(store), steps == null ? null : encryption.over(steps), audit);
    }

    private static ApplicationUsers users(ConsoleProperties properties) {
        return ApplicationUsers.where(
                request -> ConsoleAuthorities.has(request, properties.operatorAuthority()),
                request -> ConsoleAuthorities.has(request, properties.viewerAuthority()));
    }
}
