package dev.reprise.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
    private static final URI URL = URI.create("http://127.0.0.1/charges");
    private static final Field ALICE = new Field("Authorization", "Bearer alice");

    @ParameterizedTest
    @ValueSource(strings = {"ftp://127.0.0.1/", "/charges", "mailto:a@example.com", "http://user:password@127.0.0.1/"})
    void only_http_addresses_without_credentials_are_checked(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Target.at(URI.create(url)).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "head", "OPTIONS"})
    void safe_methods_need_no_check(String method) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Target.at(URL).method(method).build());
    }

    @Test
    void a_second_credential_is_another_value_of_the_first_ones_field() {
        TargetBuilder target = Target.at(URL).credential(ALICE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> target.secondCredential(ALICE).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        target.secondCredential(new Field("X-Api-Key", "bob")).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Target.at(URL).secondCredential(ALICE).build());
    }

    @Test
    void the_profile_names_the_key_unless_somebody_does() {
        TargetBuilder target = Target.at(URL).profile(Profile.OASIS);
        assertThat(target.build().keyHeader()).isEqualTo("Repeatability-Request-ID");
        assertThat(target.keyHeader("PayPal-Request-Id").build().keyHeader()).isEqualTo("PayPal-Request-Id");
    }
}
