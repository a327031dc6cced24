package dev.reprise.spring.boot;

import dev.reprise.outbox.Outbox;
import dev.reprise.outbox.OutboxException;
import dev.reprise.spi.OperationStore;
import dev.reprise.store.jdbc.JdbcStore;
import dev.reprise.webhook.UnknownWebhook;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Has somebody told of unknown outcomes, where the application says whom. A bean of {@link UnknownWebhook} replaces it. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(UnknownWebhook.class)
@ConditionalOnProperty("reprise.webhook.unknown")
@ConditionalOnMissingBean(UnknownWebhook.class)
@EnableConfigurationProperties(WebhookProperties.class)
class OperatorWebhook {
    /** As for a gateway's. */
    private static final String TABLE = "reprise_webhook";

    private static final Duration CONNECTING = Duration.ofSeconds(5);

    /** Nobody else's: the application may have clients of its own. */
    @Bean(destroyMethod = "shutdownNow", defaultCandidate = false)
    HttpClient repriseWebhookClient() {
        return HttpClient.newBuilder().connectTimeout(CONNECTING).build();
    }

    /** Engines are closed before it, as they tell it, and the client and the stores after it. */
    @Bean
    @DependsOnDatabaseInitialization
    WebhookWork repriseWebhook(
            WebhookProperties properties,
            @Qualifier("repriseWebhookClient") HttpClient client,
            ListableBeanFactory beans,
            RecordEncryption encryption,
            Engines engines,
            RepriseProperties all,
            Environment environment) {
        URI receiver = receiver(properties);
        OperationStore store = store(beans);
        UnknownWebhook.Builder settings = UnknownWebhook.of(
                        encryption.over(store), outbox(properties.outbox(), store, beans), client, receiver)
                .afterRound(new WebhookLog(place(properties.outbox())));
        after(settings, properties.after());
        authorize(settings, properties);
        String name = all.node() == null ? environment.getProperty("spring.application.name", "") : all.node();
        String visible = name.replaceAll("[^A-Za-z0-9._-]+", "");
        if (!visible.isEmpty()) {
            settings.sender("Reprise (" + visible + ")");
        }
        WebhookWork work = new WebhookWork(settings);
        engines.watch(WebhookWork.class, work::problems);
        return work;
    }

    private static URI receiver(WebhookProperties properties) {
        try {
            return properties.receiver();
        } catch (IllegalArgumentException e) {
            throw Mistakes.wrongWebhook("unknown", e);
        }
    }

    private static void after(UnknownWebhook.Builder settings, Duration after) {
        try {
            settings.after(after);
        } catch (IllegalArgumentException e) {
            throw Mistakes.wrongWebhook("after", e);
        }
    }

    /** It is read for each message, and once now, so that a file that is not there fails the start. */
    private static void authorize(UnknownWebhook.Builder settings, WebhookProperties properties) {
        Path file = properties.authorizationFile();
        if (file == null) {
            return;
        }
        try {
            String ignored = WebhookProperties.authorization(file);
        } catch (IllegalArgumentException e) {
            throw Mistakes.wrongWebhook("authorization-file", e);
        }
        settings.authorization(() -> WebhookProperties.authorization(file));
    }

    private static OperationStore store(ListableBeanFactory beans) {
        if (beans.getBeanNamesForType(OperationStore.class, true, false).length == 0) {
            throw Mistakes.webhookWithoutStore();
        }
        return OnlyBean.of(beans, OperationStore.class);
    }

    private static Outbox outbox(@Nullable Path file, OperationStore store, ListableBeanFactory beans) {
        try {
            if (file != null) {
                return inFile(file);
            }
            if (!(store instanceof JdbcStore)) {
                throw Mistakes.webhookWithoutOutbox(store.getClass().getSimpleName());
            }
            return Outbox.in(OnlyBean.of(beans, DataSource.class)::getConnection, TABLE);
        } catch (OutboxException e) {
            throw Mistakes.webhookRefused(e, place(file));
        }
    }

    /** Messages name callers and keys, so nobody else may read the file. What SQLite puts beside it has the same permissions. */
    private static Outbox inFile(Path file) {
        try {
            if (Files.notExists(file)
                    && file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
        } catch (IOException e) {
            throw Mistakes.wrongWebhook("outbox", new IllegalArgumentException("The file cannot be made: " + e, e));
        }
        return Outbox.inFile(file);
    }

    /** The options with which {@code reprise outbox} finds the messages. */
    private static String place(@Nullable Path file) {
        return file == null ? "--database <the JDBC URL> --table " + TABLE : "--file " + file;
    }
}
