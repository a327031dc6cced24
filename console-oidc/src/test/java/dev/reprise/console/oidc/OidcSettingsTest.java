package dev.reprise.console.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.console.access.Role;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What settings of a provider mean; what is refused is in the test of the gateway's settings. */
class OidcSettingsTest {
    private static OidcSettings settings(Set<String> operators, Set<String> viewers) {
        return new OidcSettings(
                URI.create("https://sso.example/realms/staff"),
                "console",
                "s3cret",
                Set.of(),
                "sub",
                "groups",
                operators,
                viewers,
                Duration.ofHours(1));
    }

    @Test
    void a_role_comes_from_groups_and_without_one_there_is_none() {
        OidcSettings settings = settings(Set.of("oncall"), Set.of("payments"));

        assertThat(settings.role(List.of("payments", "oncall"))).hasValue(Role.OPERATOR);
        assertThat(settings.role(List.of("payments"))).hasValue(Role.VIEWER);
        assertThat(settings.role(List.of("sales"))).isEmpty();
        assertThat(settings.role(List.of())).isEmpty();
        assertThat(settings(Set.of("oncall"), Set.of()).role(List.of("*"))).isEmpty();
    }

    @Test
    void everybody_may_see_where_it_is_said() {
        assertThat(settings(Set.of("oncall"), Set.of("*")).role(List.of())).hasValue(Role.VIEWER);
    }

    @Test
    void the_secret_is_not_in_its_text() {
        assertThat(settings(Set.of("o"), Set.of()).toString()).doesNotContain("s3cret");
    }

    @ParameterizedTest
    @CsvSource({
        "https://sso.example, true",
        "http://sso.example, false",
        "http://localhost:8080, true",
        "http://127.0.0.1:8080, true",
        "http://[::1]:8080, true",
        "http://127.0.0.1.evil.example, false",
        "http://localhost.evil.example, false",
        "http://127.evil, false",
        "ftp://localhost, false",
        "//localhost, false",
        "/path, false"
    })
    void only_tls_protects_beyond_this_machine(URI address, boolean safe) {
        assertThat(OidcSettings.isProtected(address)).isEqualTo(safe);
    }
}
