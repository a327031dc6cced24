package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;

/** A native image brings the scripts along, by their names today. */
class SchemaHintsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev/reprise/store/jdbc/h2/V1__reprise.sql",
                "dev/reprise/store/jdbc/postgresql/V2__reprise.sql",
                "dev/reprise/outbox/V1__outbox.sql"
            })
    void a_script_is_there_and_is_taken(String script) {
        RuntimeHints hints = new RuntimeHints();
        ClassLoader classes = SchemaHintsTest.class.getClassLoader();
        new SchemaHints().registerHints(hints, classes);

        assertThat(classes.getResource(script)).isNotNull();
        assertThat(RuntimeHintsPredicates.resource().forResource(script)).accepts(hints);
    }
}
