package dev.reprise.console.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.claims.AuthorizedParty;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import dev.reprise.console.access.PendingSignIn;
import dev.reprise.console.access.SignInFailure;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A provider whose configuration is known: the authorization code flow with PKCE, and its ID tokens. Thread-safe. */
final class Provider {
    /** With keys of the provider alone: none with a shared secret, and not {@code none}. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private static final int MOST_SKEW_SECONDS = 60;
    /** A key that is not known is asked for at once, and after that not again for this long. */
    private static final Duration BETWEEN_KEYS = Duration.ofSeconds(30);
    /** A key that was withdrawn is believed for this long. */
    private static final Duration FRESH_KEYS = Duration.ofMinutes(5);
    /** How long one waits for another who asks for the keys. */
    private static final Duration FOR_ANOTHER = Duration.ofSeconds(10);

    private final OidcSettings settings;
    private final OIDCProviderMetadata metadata;
    private final ProviderClient client;
    private final ClientID id;
    private final IDTokenValidator validator;

    Provider(OidcSettings settings, OIDCProviderMetadata metadata, ProviderClient client) throws Setback {
        this.settings = settings;
        this.metadata = metadata;
        this.client = client;
        this.id = new ClientID(settings.clientId());
        this.validator = new IDTokenValidator(
                metadata.getIssuer(), id, new JWSVerificationKeySelector<>(ALGORITHMS, keys(metadata, client)), null);
        validator.setMaxClockSkew(MOST_SKEW_SECONDS);
    }

    private static JWKSource<SecurityContext> keys(OIDCProviderMetadata metadata, ProviderClient client)
            throws Setback {
        try {
            return JWKSourceBuilder.<SecurityContext>create(
                            metadata.getJWKSetURI().toURL(), client)
                    .cache(FRESH_KEYS.toMillis(), FOR_ANOTHER.toMillis())
                    .rateLimited(BETWEEN_KEYS.toMillis())
                    // Asked for when they are needed, and not by a thread of its own.
                    .refreshAheadCache(false)
                    .build();
        } catch (MalformedURLException e) {
            throw new Setback(SignInFailure.UNREACHABLE, "its configuration has no jwks_uri that is one");
        }
    }

    /** Where a browser begins. */
    URI address(PendingSignIn begun) {
        Scope scope = new Scope("openid");
        settings.scopes().forEach(scope::add);
        return new AuthenticationRequest.Builder(ResponseType.CODE, scope, id, URI.create(begun.callback()))
                .endpointURI(metadata.getAuthorizationEndpointURI())
                .state(new State(begun.state()))
                .nonce(new Nonce(begun.nonce()))
                .codeChallenge(new CodeVerifier(begun.verifier()), CodeChallengeMethod.S256)
                .build()
                .toURI();
    }

    /** What the provider says about who has come back. */
    IDTokenClaimsSet claims(PendingSignIn begun, String query) throws Setback {
        JWT token = token(begun, code(begun, query));
        IDTokenClaimsSet claims;
        try {
            claims = validator.validate(token, new Nonce(begun.nonce()));
        } catch (BadJOSEException e) {
            throw new Setback(SignInFailure.UNBELIEVABLE, "its ID token does not hold: " + e.getMessage());
        } catch (RateLimitReachedException e) {
            throw new Setback(
                    SignInFailure.UNREACHABLE, "its ID token has a key that it does not publish, as it said just now");
        } catch (KeySourceException e) {
            throw new Setback(SignInFailure.UNREACHABLE, "its keys cannot be had: " + e.getMessage());
        } catch (JOSEException e) {
            throw new Setback(SignInFailure.UNBELIEVABLE, "its ID token cannot be checked: " + e.getMessage());
        }
        requireForUs(claims);
        return claims;
    }

    /** OpenID Connect Core 1.0, section 3.1.3.7, 3 to 5: the validator is content where we are one of several. */
    private void requireForUs(IDTokenClaimsSet claims) throws Setback {
        AuthorizedParty party = claims.getAuthorizedParty();
        if (party == null ? claims.getAudience().size() > 1 : !party.getValue().equals(settings.clientId())) {
            throw new Setback(SignInFailure.UNBELIEVABLE, "its ID token is for others too, and was not made for us");
        }
    }

    private AuthorizationCode code(PendingSignIn begun, String query) throws Setback {
        AuthenticationResponse response;
        try {
            response =
                    AuthenticationResponseParser.parse(URI.create(begun.callback()), URLUtils.parseParameters(query));
        } catch (ParseException | IllegalArgumentException e) {
            throw new Setback(SignInFailure.UNBELIEVABLE, "what the browser came back with cannot be read");
        }
        requireIssuer(response);
        if (!response.indicatesSuccess()) {
            throw new Setback(
                    SignInFailure.DECLINED,
                    "it says "
                            + code(response.toErrorResponse().getErrorObject().getCode()));
        }
        AuthorizationCode code = response.toSuccessResponse().getAuthorizationCode();
        if (code == null) {
            throw new Setback(SignInFailure.UNBELIEVABLE, "the browser came back without a code");
        }
        return code;
    }

    /** RFC 9207: a code of another provider is not ours to show. */
    private void requireIssuer(AuthenticationResponse response) throws Setback {
        boolean said = response.getIssuer() != null;
        if (said
                ? !metadata.getIssuer().equals(response.getIssuer())
                : metadata.supportsAuthorizationResponseIssuerParam()) {
            throw new Setback(SignInFailure.UNBELIEVABLE, "the browser came back from another provider");
        }
    }

    private JWT token(PendingSignIn begun, AuthorizationCode code) throws Setback {
        TokenResponse response;
        try {
            response = OIDCTokenResponseParser.parse(
                    client.send(request(begun, code).toHTTPRequest()));
        } catch (IOException e) {
            throw Setback.unreachable("a token", e);
        } catch (ParseException e) {
            throw new Setback(SignInFailure.UNREACHABLE, "asked for a token, it gives an answer that cannot be read");
        }
        if (!response.indicatesSuccess()) {
            throw new Setback(
                    SignInFailure.UNBELIEVABLE,
                    "asked for a token, it says "
                            + code(response.toErrorResponse().getErrorObject().getCode()));
        }
        JWT token = response instanceof OIDCTokenResponse tokens
                ? tokens.getOIDCTokens().getIDToken()
                : null;
        if (token == null) {
            throw new Setback(SignInFailure.UNBELIEVABLE, "asked for a token, it gives none that says who it is");
        }
        return token;
    }

    private TokenRequest request(PendingSignIn begun, AuthorizationCode code) {
        AuthorizationCodeGrant grant =
                new AuthorizationCodeGrant(code, URI.create(begun.callback()), new CodeVerifier(begun.verifier()));
        String secret = settings.clientSecret();
        URI endpoint = metadata.getTokenEndpointURI();
        return secret == null
                ? new TokenRequest.Builder(endpoint, id, grant).build()
                : new TokenRequest.Builder(endpoint, authentication(new Secret(secret)), grant).build();
    }

    private ClientAuthentication authentication(Secret secret) {
        List<ClientAuthenticationMethod> methods = metadata.getTokenEndpointAuthMethods();
        boolean post = methods != null
                && methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST)
                && !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
        return post ? new ClientSecretPost(id, secret) : new ClientSecretBasic(id, secret);
    }

    /** Names of errors are in logs if they are names. */
    private static String code(@Nullable String error) {
        return error != null && error.matches("[a-z_]{1,64}") ? error : "something that is no name of an error";
    }
}
