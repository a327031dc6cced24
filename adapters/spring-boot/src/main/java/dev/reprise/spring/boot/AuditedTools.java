package dev.reprise.spring.boot;

import dev.reprise.console.audit.AuditIntent;
import dev.reprise.console.audit.AuditLog;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What operators do by Actuator is in the audit of the console, where the application has that. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(AuditLog.class)
class AuditedTools {
    /** @throws RuntimeException that fails the start if there are several, of which none is the primary one */
    @Bean
    OperatorAudit repriseOperatorAudit(ObjectProvider<AuditLog> audits) {
        AuditLog audit = audits.getIfAvailable();
        return audit == null || !audit.kept()
                ? OperatorAudit.LOG_ALONE
                : (action, id, who, before) -> {
                    AuditIntent intent = new AuditIntent(who.name(), action, id, who.reason(), before);
                    List<Long> number = audit.begin(List.of(intent));
                    return outcome -> audit.end(number, List.of(outcome));
                };
    }
}
