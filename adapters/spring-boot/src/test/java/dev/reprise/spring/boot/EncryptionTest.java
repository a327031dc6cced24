package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.encryption.Keyring;
import dev.reprise.encryption.LocalKeyring;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Records that the database's administrators cannot read (S35). */
class EncryptionTest {
    private static final String SECRET = "planted-answer-1881";
    private static final String FIELD = "planted-field-9313";

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Answers.class)
    static class Application {}

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class WithKeyService {
        @Bean
        Keyring keyService() {
            return LocalKeyring.of(LocalKeyring.newLine("kms"));
        }
    }

    @RestController
    static class Answers {
        @Idempotent
        @PostMapping("/transactional")
        ResponseEntity<String> transactional() {
            return answer();
        }

        @Idempotent(guarantee = Idempotent.Guarantee.LEASED)
        @PostMapping("/leased")
        ResponseEntity<String> leased() {
            return answer();
        }

        private static ResponseEntity<String> answer() {
            return ResponseEntity.status(201).header("X-Account", FIELD).body(SECRET + " " + UUID.randomUUID());
        }
    }

    /** All that is in the table, as text. */
    private static String table(Booted application) {
        return application.jdbc().queryForList("SELECT * FROM reprise_operation").stream()
                .flatMap(row -> row.values().stream())
                .map(value -> value instanceof byte[] bytes
                        ? new String(bytes, StandardCharsets.ISO_8859_1)
                        : String.valueOf(value))
                .collect(Collectors.joining("\n"));
    }

    private static void requireReplay(Booted application, String path) throws Exception {
        HttpResponse<String> first = application.post(path, "k", "{}");
        HttpResponse<String> retry = application.post(path, "k", "{}");
        HttpResponse<String> another = application.post(path, "k", "{}");

        assertThat(first.statusCode()).isEqualTo(201);
        for (HttpResponse<String> replay : java.util.List.of(retry, another)) {
            assertThat(Booted.isReplay(replay)).isTrue();
            assertThat(replay.body()).isEqualTo(first.body());
            assertThat(replay.headers().firstValue("X-Account")).contains(FIELD);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/transactional", "/leased"})
    void an_answer_is_replayed_and_cannot_be_read_in_the_table(String path) throws Exception {
        try (Booted application = Booted.start(
                Application.class,
                "--reprise.encryption.keys=" + LocalKeyring.newLine("k"),
                "--reprise.encryption.refuse-plain=true")) {
            requireReplay(application, path);

            assertThat(table(application))
                    .contains("201")
                    .doesNotContain(SECRET)
                    .doesNotContain(FIELD);
        }
    }

    /** So that a search which finds nothing means something. */
    @Test
    void without_keys_it_can() throws Exception {
        try (Booted application = Booted.start(Application.class)) {
            requireReplay(application, "/transactional");

            assertThat(table(application)).contains(SECRET, FIELD);
        }
    }

    @Test
    void a_bean_of_the_application_may_keep_the_keys() throws Exception {
        try (Booted application = Booted.start(WithKeyService.class)) {
            requireReplay(application, "/leased");

            assertThat(table(application)).contains("kms").doesNotContain(SECRET);
        }
    }
}
