package dev.reprise.gateway.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.gateway.PrivateFile;
import dev.reprise.http.Route;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The secrets that issued keys are signed with. */
class IssuedKeySettingsTest extends SettingsFixture {
    private String refused(String secret, String routes) throws IOException {
        Path file = PrivateFile.write(folder.resolve("secret"), secret);
        return refusal("upstream: http://x\nissued-keys: {secrets: [" + file + "], validity: 2h}\n" + routes);
    }

    @Test
    void are_read_for_the_routes_that_need_them() throws Exception {
        Path file = PrivateFile.write(folder.resolve("secret"), "s".repeat(32));
        Route route = complete(
                        "issued-keys: {secrets: [" + file + "], validity: 2h}",
                        "routes: [{path: /a, issue-keys-at: /keys}]")
                .routes()
                .get(0)
                .route();

        assertThat(requireNonNull(route.issuedKeys()).endpoint()).isEqualTo("/keys");
        assertThat(requireNonNull(route.issuedKeys()).issuer().validity()).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void that_would_not_protect_are_refused() throws Exception {
        assertThat(refused("short", "routes: [{path: /a, issue-keys-at: /keys}]"))
                .startsWith("issued-keys: A secret for issued keys has 5 bytes");
        assertThat(refused("s".repeat(32), "")).startsWith("issued-keys has a secret, and no route says issue-keys-at");
        assertThat(refused("s".repeat(32), "routes: [{path: /a, issue-keys-at: /k}, {path: /b, issue-keys-at: /k}]"))
                .startsWith("Two routes issue their keys at /k");
        assertThat(refused("s".repeat(32), "routes: [{path: /a, issue-keys-at: /k, retention: 1h}]"))
                .startsWith(
                        "In the route /a: Route /a keeps records for 3600 s, and its issued keys are valid for 7200 s");
    }
}
