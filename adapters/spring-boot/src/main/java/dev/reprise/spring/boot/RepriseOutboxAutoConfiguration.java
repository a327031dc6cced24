package dev.reprise.spring.boot;

import dev.reprise.outbox.Deliverer;
import dev.reprise.outbox.Outbox;
import dev.reprise.outbox.OutboxException;
import java.net.http.HttpClient;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;

/**
 * An outbox in the application's database, and its delivery as long as the application runs. Off unless {@code
 * reprise.outbox.enabled} is true. Beans of {@link Outbox} and of {@link Deliverer} replace it.
 */
@AutoConfiguration(afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnClass({Outbox.class, DataSource.class})
@ConditionalOnBooleanProperty("reprise.outbox.enabled")
@EnableConfigurationProperties(OutboxProperties.class)
public final class RepriseOutboxAutoConfiguration {
    /** For Spring. */
    RepriseOutboxAutoConfiguration() {}

    @Bean
    @DependsOnDatabaseInitialization
    @ConditionalOnMissingBean
    Outbox repriseOutbox(DataSource source) {
        try {
            return Outbox.in(source::getConnection);
        } catch (OutboxException e) {
            throw Mistakes.outboxRefused(e);
        }
    }

    /** Nobody else's: the application may have clients of its own. */
    @Bean(destroyMethod = "shutdownNow", defaultCandidate = false)
    HttpClient repriseOutboxClient() {
        return HttpClient.newHttpClient();
    }

    /** It is closed before the client and the {@code DataSource}, as it uses them. */
    @Bean(initMethod = "start", destroyMethod = "close")
    @ConditionalOnMissingBean
    Deliverer repriseDeliverer(
            Outbox outbox, @Qualifier("repriseOutboxClient") HttpClient client, OutboxProperties properties) {
        try {
            return Deliverer.of(outbox, client)
                    .interval(properties.interval())
                    .atOnce(properties.atOnce())
                    .lease(properties.lease())
                    .build();
        } catch (IllegalArgumentException e) {
            throw Mistakes.wrongOutbox(e);
        }
    }
}
