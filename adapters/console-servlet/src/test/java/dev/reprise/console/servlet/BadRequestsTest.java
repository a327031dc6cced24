package dev.reprise.console.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.console.Console;
import dev.reprise.console.ConsoleSettings;
import dev.reprise.testkit.HttpVisitor;
import dev.reprise.testkit.RawClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no page of the console leads to. */
@ParameterizedClass
@EnumSource
class BadRequestsTest {
    @Parameter
    private ServletServer server = ServletServer.JETTY;

    @TempDir
    private Path folder;

    private static String head(String line, String fields) {
        return line + " HTTP/1.1\nHost: shop.example\nConnection: close\nAuthorization: " + HttpVisitor.basic("olivia")
                + "\n" + fields + "\n";
    }

    private static String post(String fields) {
        return head("POST " + HostedConsole.PLACE + "/purge", "Sec-Fetch-Site: same-origin\n" + fields);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/shop/reprise/console/%6fperations",
                "/shop/reprise/console/operations;x=1",
                "/shop/reprise/console/operations/",
                "/shop/reprise/console//operations",
                "/shop/reprise/console/./operations",
                "/shop/reprise/console/x/../operations",
                "/shop/reprise/console%2Foperations",
                "/shop/reprise/console/%2e/operations",
                "/shop/reprise/console;x=1/operations",
                "/shop/reprise/%63onsole/operations",
                "/shop//reprise/console/operations",
                "//shop/reprise/console/operations",
                "/shop/./reprise/console/operations",
                "/shop;x=1/reprise/console/operations",
                "/%73hop/reprise/console/operations"
            })
    void a_page_has_one_spelling(String path) throws Exception {
        try (HostedConsole console = HostedConsole.start(server, folder)) {
            console.unknown("k");

            String usual = RawClient.exchange(console.port(), head("GET /shop/reprise/console/operations", ""));
            String answer = RawClient.exchange(console.port(), head("GET " + path, ""));

            assertThat(usual).startsWith("HTTP/1.1 200").contains("olivia, operator");
            assertThat(answer).matches("(?s)HTTP/1\\.1 40[04].*").doesNotContain("operation?op=");
        }
    }

    @Test
    void the_place_itself_leads_to_the_first_page() throws Exception {
        try (HostedConsole console = HostedConsole.start(server, folder)) {
            assertThat(RawClient.exchange(console.port(), head("GET /shop/reprise/console", "")))
                    .startsWith("HTTP/1.1 303")
                    .containsIgnoringCase("location: /shop/reprise/console/");
        }
    }

    @Test
    void a_form_that_says_it_is_too_long_is_refused_unread() throws Exception {
        try (HostedConsole console = HostedConsole.start(server, folder);
                RawClient client = new RawClient(console.port())) {
            client.send(post("Content-Length: " + (Console.LONGEST_FORM + 1) + "\n"));

            assertThat(client.readUntil("at most 2097152 bytes is expected")).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void a_form_that_turns_out_to_be_too_long_is_refused() throws Exception {
        int tooLong = Console.LONGEST_FORM + 1;
        try (HostedConsole console = HostedConsole.start(server, folder);
                RawClient client = new RawClient(console.port())) {
            client.send(post("Content-Type: application/x-www-form-urlencoded\nTransfer-Encoding: chunked\n"));
            // Two bytes for each letter: as text it would be short enough.
            client.send(Integer.toHexString(tooLong) + "\n");
            client.output().write("\u00e4".repeat(tooLong / 2 + 1).getBytes(StandardCharsets.UTF_8), 0, tooLong);
            client.send("\n0\n\n");

            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 413");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"})
    void there_is_get_and_post(String method) throws Exception {
        try (HostedConsole console = HostedConsole.start(server, folder)) {
            assertThat(RawClient.exchange(
                            console.port(), head(method + " " + HostedConsole.PLACE + "/", "Content-Length: 0\n")))
                    .startsWith("HTTP/1.1 405")
                    .containsIgnoringCase("allow: GET, POST");
        }
    }

    @Test
    void what_is_no_query_and_what_is_no_form_is_refused_in_words() throws Exception {
        try (HostedConsole console = HostedConsole.start(server, folder)) {
            String query =
                    RawClient.exchange(console.port(), head("GET " + HostedConsole.PLACE + "/operations?a=%zz", ""));
            String form = RawClient.exchange(
                    console.port(), post("Content-Type: application/json\nContent-Length: 8\n") + "{\"a\":\"%\"");

            assertThat(query).startsWith("HTTP/1.1 400");
            assertThat(form).startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void hosts_may_be_named_and_are_not_by_default() throws Exception {
        ConsoleSettings.Mounting named = ConsoleSettings.at("", Set.of("Shop.example"));
        ApplicationUsers users = ApplicationUsers.inRoles("operator", "viewer");
        String asked = head("GET " + HostedConsole.PLACE + "/", "");
        String elsewhere = asked.replace("shop.example", "evil.example");
        try (HostedConsole open = HostedConsole.start(server, folder);
                HostedConsole strict = HostedConsole.start(server, folder, named, users)) {
            assertThat(RawClient.exchange(open.port(), elsewhere)).startsWith("HTTP/1.1 200");
            assertThat(RawClient.exchange(strict.port(), asked)).startsWith("HTTP/1.1 200");
            assertThat(RawClient.exchange(strict.port(), elsewhere)).startsWith("HTTP/1.1 421");
        }
    }

    @Test
    void a_field_that_comes_twice_says_nothing() throws Exception {
        try (HostedConsole console = HostedConsole.start(server, folder)) {
            String answer = RawClient.exchange(console.port(), post("Sec-Fetch-Site: cross-site\nContent-Length: 0\n"));

            assertThat(answer).startsWith("HTTP/1.1 403").contains("not sent by a page of this console");
        }
    }
}
