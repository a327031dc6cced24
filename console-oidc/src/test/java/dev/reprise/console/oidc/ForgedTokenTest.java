package dev.reprise.console.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.IdentityProvider.Named;
import dev.reprise.console.access.Role;
import dev.reprise.console.access.SignInFailure;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Which ID tokens are believed, and who is found in them. */
class ForgedTokenTest extends OidcFixture {
    private JWTClaimsSet claims(UnaryOperator<JWTClaimsSet.Builder> changed) {
        return changed.apply(forging.claims(begun)).build();
    }

    private JWTClaimsSet claims() {
        return claims(usual -> usual);
    }

    /** A token that the provider has signed, with these claims. */
    private String token(UnaryOperator<JWTClaimsSet.Builder> changed) {
        return ForgingProvider.signed(forging.key(), claims(changed));
    }

    private void isNotBelieved(UnaryOperator<JWTClaimsSet.Builder> changed, String... words) {
        failed(found(token(changed)), SignInFailure.UNBELIEVABLE, words);
    }

    private static Date inSeconds(int seconds) {
        return Date.from(Instant.now().plusSeconds(seconds));
    }

    @Nested
    class A_token {
        @Test
        void that_is_as_it_should_be_is_believed() {
            assertThat(found(token(usual -> usual)))
                    .isEqualTo(new Named(new ConsoleUser("4711", Role.OPERATOR), "4711"));
        }

        @Test
        void of_another_key_is_not_whatever_it_calls_that_key() {
            RSAKey same = ForgingProvider.key(forging.key().getKeyID());
            RSAKey other = ForgingProvider.key("other");

            for (String token : List.of(
                    ForgingProvider.signed(same, claims()),
                    ForgingProvider.signed(other, claims()),
                    ForgingProvider.signed(other, claims(), other.toPublicJWK()))) {
                use(settings("sub", null), PATIENCE);
                failed(found(token), SignInFailure.UNBELIEVABLE, "does not hold");
            }
        }

        @Test
        void without_a_signature_is_not() {
            failed(found(new PlainJWT(claims()).serialize()), SignInFailure.UNBELIEVABLE, "does not hold");
        }

        @Test
        void whose_signature_was_changed_is_not() {
            String token = token(usual -> usual);
            String others = token(usual -> usual.subject("root"));
            String mixed = others.substring(0, others.lastIndexOf('.')) + token.substring(token.lastIndexOf('.'));

            failed(found(mixed), SignInFailure.UNBELIEVABLE, "does not hold");
        }

        @Test
        void made_with_the_secret_of_the_client_is_not() throws Exception {
            String secret = "a secret of the client that is long enough for HS256";
            use(settings("sub", secret), PATIENCE);
            SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims());
            token.sign(new MACSigner(secret));

            failed(found(token.serialize()), SignInFailure.UNBELIEVABLE, "does not hold");
        }

        @Test
        void that_has_expired_is_not_but_clocks_may_differ_by_a_minute() {
            isNotBelieved(usual -> usual.expirationTime(inSeconds(-70)), "Expired");
            isNotBelieved(usual -> usual.expirationTime(null));
            isNotBelieved(usual -> usual.issueTime(inSeconds(70)));

            named(found(token(usual -> usual.expirationTime(inSeconds(-30)))));
            named(found(token(usual -> usual.issueTime(inSeconds(30)))));
        }

        @Test
        void for_somebody_else_is_not() {
            isNotBelieved(usual -> usual.audience("another"), "audience");
            isNotBelieved(usual -> usual.audience((String) null));
            isNotBelieved(usual -> usual.audience(List.of("another", ForgingProvider.CLIENT)), "for others too");
            isNotBelieved(usual ->
                    usual.audience(List.of("another", ForgingProvider.CLIENT)).claim("azp", "another"));

            named(found(token(usual ->
                    usual.audience(List.of("another", ForgingProvider.CLIENT)).claim("azp", ForgingProvider.CLIENT))));
        }

        @Test
        void of_another_issuer_is_not() {
            isNotBelieved(usual -> usual.issuer("https://sso.example"), "issuer");
            isNotBelieved(usual -> usual.issuer(forging.issuer() + "/"), "issuer");
            isNotBelieved(usual -> usual.issuer("https://a\nforged line of the log"), "issuer");
            isNotBelieved(usual -> usual.issuer(null));
        }

        @Test
        void of_another_sign_in_is_not() {
            isNotBelieved(usual -> usual.claim("nonce", "of another"), "nonce");
            isNotBelieved(usual -> usual.claim("nonce", null), "nonce");
        }

        @Test
        void of_nobody_is_not() {
            isNotBelieved(usual -> usual.subject(null));
            isNotBelieved(usual -> usual.subject("a\nforged line of the log"));
        }

        @Test
        void that_is_none_is_not() {
            failed(found("not a token"), SignInFailure.UNREACHABLE, "cannot be read");
            forging.answer(ForgingProvider.TOKEN, 200, "{\"access_token\": \"at\", \"token_type\": \"Bearer\"}");
            failed(provider.find(begun, query()), SignInFailure.UNBELIEVABLE, "none that says who it is");
        }
    }

    @Nested
    class Keys {
        @Test
        void that_are_new_are_asked_for_at_once_and_old_ones_are_over() {
            RSAKey former = forging.key();
            named(found(token(usual -> usual)));
            forging.rotate(ForgingProvider.key("second"));

            named(found(token(usual -> usual)));
            named(found(token(usual -> usual)));

            assertThat(forging.asked(ForgingProvider.KEYS)).isEqualTo(2);
            failed(
                    found(ForgingProvider.signed(former, claims())),
                    SignInFailure.UNREACHABLE,
                    "has a key that it does not publish");
        }

        @Test
        void that_nobody_knows_do_not_make_the_provider_work() {
            named(found(token(usual -> usual)));
            for (int i = 0; i < 5; i++) {
                found(ForgingProvider.signed(ForgingProvider.key("unknown-" + i), claims()));
            }

            assertThat(forging.asked(ForgingProvider.KEYS)).isLessThanOrEqualTo(2);
        }
    }

    @Nested
    class What_comes_back {
        @Test
        void from_another_provider_is_not_shown_to_this_one() {
            failed(
                    provider.find(begun, query() + "&iss=https%3A%2F%2Fevil.example"),
                    SignInFailure.UNBELIEVABLE,
                    "another provider");
            forging.answer(
                    ForgingProvider.CONFIGURATION,
                    200,
                    forging.configuration()
                            .replace("{", "{\"authorization_response_iss_parameter_supported\": true, "));
            use(settings("sub", null), PATIENCE);
            failed(provider.find(begun, query()), SignInFailure.UNBELIEVABLE, "another provider");

            assertThat(forging.asked(ForgingProvider.TOKEN)).isZero();
        }

        @Test
        void without_a_code_is_nothing() {
            for (String query : List.of(
                    "state=" + begun.state(),
                    "code=&state=" + begun.state(),
                    "response=x",
                    "%zz",
                    "error=a%0Ab&state=" + begun.state())) {
                failed(provider.find(begun, query), SignInFailure.UNBELIEVABLE);
            }
            failed(
                    provider.find(begun, "error=access_denied&state=" + begun.state()),
                    SignInFailure.DECLINED,
                    "access_denied");
            failed(
                    provider.find(begun, "error=A+forged+line&state=" + begun.state()),
                    SignInFailure.DECLINED,
                    "no name of an error");
        }
    }

    @Nested
    class Who_somebody_is {
        @Test
        void depends_on_their_groups() {
            assertThat(named(found(token(usual -> usual.claim("groups", List.of("payments", "x")))))
                            .user()
                            .role())
                    .isEqualTo(Role.VIEWER);
            assertThat(named(found(token(usual -> usual.claim("groups", List.of("payments", "oncall")))))
                            .user()
                            .role())
                    .isEqualTo(Role.OPERATOR);
            assertThat(named(found(token(usual -> usual.claim("groups", "oncall"))))
                            .user()
                            .role())
                    .isEqualTo(Role.OPERATOR);
        }

        @Test
        void is_nobody_without_a_group() {
            for (Object groups :
                    List.of(List.of(), "", "oncall payments", "ONCALL", List.of(1, true), List.of("*"), 7)) {
                failed(
                        found(token(usual -> usual.claim("groups", groups))),
                        SignInFailure.NO_ROLE,
                        "4711 is in no group");
            }
            failed(found(token(usual -> usual.claim("groups", null))), SignInFailure.NO_ROLE);
        }

        @Test
        void is_the_address_of_their_email_only_if_that_is_verified() {
            use(settings("email", null), PATIENCE);

            failed(found(token(usual -> usual.claim("email", "o@e.example"))), SignInFailure.NAMELESS, "verified");
            failed(
                    found(token(usual -> usual.claim("email", "o@e.example").claim("email_verified", false))),
                    SignInFailure.NAMELESS,
                    "verified");
            assertThat(named(found(token(
                                    usual -> usual.claim("email", "o@e.example").claim("email_verified", true))))
                            .user()
                            .name())
                    .isEqualTo("o@e.example");
        }

        @Test
        void is_nobody_without_a_name_that_the_audit_can_hold() {
            use(settings("preferred_username", null), PATIENCE);

            failed(found(token(usual -> usual)), SignInFailure.NAMELESS, "4711", "preferred_username");
            for (Object name : List.of("", "two words", "a\u0000b", "x".repeat(201), List.of("olivia"), 7)) {
                failed(found(token(usual -> usual.claim("preferred_username", name))), SignInFailure.NAMELESS);
            }
            assertThat(named(found(token(usual -> usual.claim("preferred_username", "olivia")))))
                    .isEqualTo(new Named(new ConsoleUser("olivia", Role.OPERATOR), "4711"));
        }
    }
}
