package dev.reprise.spring.boot;

import dev.reprise.spi.OperationStore;
import dev.reprise.spi.ResumableStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The endpoint for operators, where Actuator is there and the application exposes it. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({WebEndpoint.class, ConditionalOnAvailableEndpoint.class})
@Import(AuditedTools.class)
class OperatorTools {
    @Bean
    @ConditionalOnAvailableEndpoint(OperatorEndpoint.class)
    @ConditionalOnMissingBean
    OperatorEndpoint repriseEndpoint(
            ObjectProvider<OperationStore> stores,
            ObjectProvider<ResumableStore<?>> resumable,
            RecordEncryption encryption,
            KnownReconcilers reconcilers,
            ObjectProvider<OperatorAudit> audits,
            RepriseProperties properties) {
        OperatorRecords records = new OperatorRecords(stores, resumable, encryption);
        OperatorAudit audit = audits.getIfAvailable(() -> OperatorAudit.LOG_ALONE);
        return new OperatorEndpoint(records, new OperatorActions(records, audit, reconcilers, properties.retention()));
    }
}
