package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is entrusted to a gateway is where it belongs and nowhere else: each of {@link Secrets} is looked for in each {@link Place}. That
 * it is where it belongs shows that it would be found elsewhere.
 */
class SecretsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest(name = "encrypted: {0}")
    @ValueSource(booleans = {true, false})
    void are_where_they_belong_and_nowhere_else(boolean encrypted) throws Exception {
        Secrets secrets = new Secrets(encrypted);
        try (SecretsJourney journey = new SecretsJourney(folder, secrets, encrypted)) {
            Places places = journey.make();

            assertThat(places.surprises(secrets.all())).isEmpty();
        }
    }
}
