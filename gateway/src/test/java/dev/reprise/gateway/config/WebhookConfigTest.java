package dev.reprise.gateway.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.gateway.PrivateFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who is told of unknown outcomes, and where messages wait, as settings say it or do not. */
class WebhookConfigTest extends SettingsFixture {
    private static final String TOLD = "webhook: {unknown: 'https://ops.example/planted'";

    private WebhookConfig webhook(String... lines) throws Exception {
        return requireNonNull(complete(lines).webhook());
    }

    @Test
    void nobody_is_told_unless_it_is_said_whom() throws Exception {
        assertThat(complete().webhook()).isNull();
    }

    @Test
    void messages_wait_where_the_records_are_unless_it_is_said_where() throws Exception {
        assertThat(webhook("store: /x", TOLD + "}").outbox()).isEqualTo(Path.of("/x/webhook.db"));
        assertThat(webhook("database: {url: 'jdbc:postgresql://a/b'}", TOLD + "}")
                        .outbox())
                .isNull();
        Path file = folder.resolve("w.db");
        assertThat(webhook("database: {url: 'redis://a'}", TOLD + ", outbox: " + file + "}")
                        .outbox())
                .isEqualTo(file);
        assertThat(webhook(TOLD + "}").after()).isEqualTo(Duration.ZERO);
    }

    @Test
    void where_they_cannot_wait_a_file_has_to_be_named() {
        for (String url : new String[] {"redis://a", "cassandra://a/records"}) {
            assertThat(refusal("upstream: http://a\ndatabase: {url: '" + url + "'}\n" + TOLD + "}"))
                    .contains("webhook.outbox is missing: messages cannot wait in " + url);
        }
        assertThat(refusal("upstream: http://a\n" + TOLD + ", outbox: " + folder.resolve("nowhere/w.db") + "}"))
                .contains("webhook.outbox: there is no folder");
    }

    @Test
    void a_credential_that_cannot_be_read_is_found_at_the_start() throws Exception {
        Path secret = PrivateFile.write(folder.resolve("secret"), "Bearer abc\n");
        assertThat(webhook(TOLD + ", authorization-file: " + secret + "}").authorizationFile())
                .isEqualTo(secret);
        assertThat(WebhookConfig.authorization(secret)).isEqualTo("Bearer abc");
        Files.writeString(secret, " \n");
        assertThat(refusal("upstream: http://a\n" + TOLD + ", authorization-file: " + secret + "}"))
                .contains("webhook.authorization-file: the file secret is empty");
        Files.delete(secret);
        assertThat(refusal("upstream: http://a\n" + TOLD + ", authorization-file: " + secret + "}"))
                .contains("webhook.authorization-file: the file secret cannot be read: it is not there");
    }

    @Test
    void what_is_behind_the_host_is_not_printed() throws Exception {
        assertThat(complete(TOLD + "}").toString())
                .contains("webhook at ops.example")
                .doesNotContain("planted");
        assertThat(String.valueOf(source(TOLD + "}").webhook)).isEqualTo("webhook at ops.example");
    }
}
