package dev.reprise.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files can be read as settings at all. */
class SettingsFileTest extends SettingsFixture {
    @ParameterizedTest
    @ValueSource(strings = {"", " \n\n", "# nothing yet\n", "---\n"})
    void that_says_nothing_is_refused(String yaml) {
        assertThat(refusal(yaml))
                .isEqualTo("reprise.yaml: there are no settings in this file; docs/gateway.yaml has them all");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listen:~routes: | 1: listen: expected a value here",
                "drain: 1s~upstream: | 2: upstream: expected a value here",
                "upstream: http://x~routes:~ | 2: routes: expected a value here; leave the name out if there is nothing to say",
                "routes:~  - path: /a~    retention: ~~ | 3: routes[1].retention: expected a value here",
                "defaults:~  fingerprint:~    fields: [/a, ~] | 3: defaults.fingerprint.fields[2]: expected a value here",
                "tls: | 1: tls: expected a value here",
            })
    void that_names_a_setting_without_a_value_is_refused_with_its_line(String yaml, String message) {
        assertThat(refusal(yaml.replace("fields: [/a, ~]", "fields: [/a, null]").replace('~', '\n')))
                .startsWith("reprise.yaml:" + message);
    }

    @Test
    void that_has_a_second_document_is_refused() {
        assertThat(refusal("listen: 1\n---\nadmin: 2\n"))
                .isEqualTo("reprise.yaml:3: a second document begins here; settings are in one");
    }

    @Test
    void that_is_not_there_is_named() {
        assertThatThrownBy(() -> SettingsFile.read(folder.resolve("no.yaml")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("There is no file " + folder.resolve("no.yaml"));
    }

    @Test
    void that_is_a_folder_is_refused() {
        assertThatThrownBy(() -> SettingsFile.read(folder))
                .isInstanceOf(ConfigException.class)
                .hasMessage("The file " + folder + " cannot be read: Is a directory");
    }

    @Test
    void that_this_user_may_not_read_is_refused() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret.yaml"), "listen: 1");
        assertThat(secret.toFile().setReadable(false)).isTrue();
        assumeFalse(Files.isReadable(secret), "this user may read everything");

        assertThatThrownBy(() -> SettingsFile.read(secret))
                .isInstanceOf(ConfigException.class)
                .hasMessage("The file " + secret + " cannot be read: this user is not allowed to");
    }

    @Test
    void that_is_not_text_is_refused() throws Exception {
        Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {'a', ':', (byte) 0xff});

        assertThatThrownBy(() -> SettingsFile.read(binary))
                .isInstanceOf(ConfigException.class)
                .hasMessage("The file " + binary + " cannot be read: it is not text in UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "routes:~\t- path: /a | reprise.yaml:2: this is not YAML: while scanning for the next token, found character '\\t(TAB)'",
                "drain: 1s~listen: \"127~store: x | reprise.yaml:2: this is not YAML: while scanning a quoted scalar, found unexpected end of stream",
                "routes:~  - path: /a~   name: b | reprise.yaml:2: this is not YAML: while parsing a block collection, expected <block end>",
                "drain: 1s~methods: [PUT, POST | reprise.yaml:2: this is not YAML: while parsing a flow sequence",
                "store: a: b | reprise.yaml:1: this is not YAML: mapping values are not allowed here",
                "listen: 1~admin: 2~listen: 3 | reprise.yaml:3: the setting \"listen\" is there twice",
                "routes:~  - path: /a~    path: /b | reprise.yaml:3: the setting \"path\" is there twice",
                "just words | reprise.yaml:1: expected settings here, each as name: value",
                "- a~- b | reprise.yaml:1: expected settings here, each as name: value",
            })
    void that_is_broken_is_refused_with_the_place(String yaml, String message) {
        assertThat(refusal(yaml.replace('~', '\n'))).startsWith(message);
    }
}
