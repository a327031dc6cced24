package dev.reprise.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mistakes that show only when all settings are put together have a line as well. */
class PlacesOfMistakesTest extends SettingsFixture {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "routes: [{path: /a/**},~  {path: /a/b}] | 3: The route /a/b comes after /a/**, which takes all its requests; put it before",
                "routes:~  - path: /a~    name: n~  - path: /b~    name: n | 5: Two routes are named n",
                "routes:~  - path: /a~  - name: n | 4: The route n has no path",
                "routes:~  - path: /a~    methods: [GET] | 3: In the route /a: Route /a protects GET, which is safe to repeat",
                "routes:~  - path: /a~    issue-keys-at: /k | 3: In the route /a: issue-keys-at needs the section issued-keys",
                "issued-keys:~  secrets: [no.secret] | 3: issued-keys.secrets: the file no.secret cannot be read: it is not there",
                "admin: 127.0.0.1:8080 | 2: listen and admin are both 127.0.0.1:8080",
                "store: a~move-from: a | 3: move-from is where the records are already; leave it out",
                "encryption:~  keys: no.keys | 3: encryption.keys: The file of keys no.keys cannot be read",
                "tls:~  certificate: no.crt~  key: no.key | 3: tls.certificate: there is no file no.crt",
                "upstream-tls:~  trust: no.crt | 3: upstream-tls.trust: there is no file no.crt",
            })
    void are_told_with_the_file_and_the_line(String yaml, String message) throws Exception {
        Path file = Files.writeString(
                folder.resolve("reprise.yaml"), "upstream: http://127.0.0.1:9000\n" + yaml.replace('~', '\n'));
        GatewaySettings settings = SettingsFile.read(file);

        ConfigException mistake = catchThrowableOfType(ConfigException.class, settings::complete);

        assertThat(SettingsFile.placed(file, mistake)).hasMessageStartingWith(file + ":" + message);
    }

    @ParameterizedTest
    @CsvSource({"drain: 1s", "store: a"})
    void that_the_file_has_nothing_to_do_with_stay_as_they_are(String yaml) throws Exception {
        Path file = Files.writeString(folder.resolve("reprise.yaml"), yaml);

        assertThat(SettingsFile.placed(file, new ConfigException("No good.").at("/tls/key")))
                .hasMessage("No good.");
        assertThat(SettingsFile.placed(file, new ConfigException("No good."))).hasMessage("No good.");
    }
}
