package dev.reprise.console.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner.Mode;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/**
 * A real provider, Spring Authorization Server, with its own page of signing in. It knows olivia of the group oncall, victor of the group
 * payments, and nadia of the group sales; their passwords are their names and {@code -password}.
 */
final class SpringProvider implements AutoCloseable {
    private final ConfigurableApplicationContext context;

    private SpringProvider(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Starts at a name of this machine that browsers take for another site than that of the console. */
    static SpringProvider start() {
        SpringApplication application = new SpringApplication(Beans.class);
        application.setBannerMode(Mode.OFF);
        application.setLogStartupInfo(false);
        application.setRegisterShutdownHook(false);
        return new SpringProvider(application.run("--server.port=0", "--logging.level.root=warn"));
    }

    URI issuer() {
        return URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port"));
    }

    /** The secret of a client, since no two may have the same. */
    static String secret(String client) {
        return "the-secret-of-" + client;
    }

    /** Registers a client that shows its secret. */
    void register(String client, String callback) {
        save(client(client, callback)
                .clientSecret("{noop}" + secret(client))
                .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC));
    }

    /** Registers a client without one, and for which nobody is asked whether they want it. */
    void registerPublic(String client, String callback) {
        save(client(client, callback)
                .clientAuthenticationMethod(ClientAuthenticationMethod.NONE)
                .clientSettings(ClientSettings.builder()
                        .requireProofKey(true)
                        .requireAuthorizationConsent(false)
                        .build()));
    }

    private void save(RegisteredClient.Builder client) {
        context.getBean(InMemoryRegisteredClientRepository.class).save(client.build());
    }

    private static RegisteredClient.Builder client(String name, String callback) {
        return RegisteredClient.withId(name)
                .clientId(name)
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .redirectUri(callback)
                .scope("openid")
                .scope("profile");
    }

    /** Signs with a new key from now on, and publishes no other. */
    void rotate() {
        context.getBean(Keys.class).rotate();
    }

    @Override
    public void close() {
        context.close();
    }

    /** One key at a time. */
    static final class Keys implements JWKSource<SecurityContext> {
        private volatile RSAKey key = create();

        private void rotate() {
            key = create();
        }

        private static RSAKey create() {
            try {
                return new RSAKeyGenerator(2048)
                        .keyID(UUID.randomUUID().toString())
                        .generate();
            } catch (JOSEException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public List<JWK> get(JWKSelector selector, @Nullable SecurityContext ignored) {
            return selector.select(new JWKSet(key));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Beans {
        @Bean
        Keys keys() {
            return new Keys();
        }

        @Bean
        InMemoryRegisteredClientRepository clients() {
            return new InMemoryRegisteredClientRepository(client("nobody", "http://127.0.0.1/nobody")
                    .clientAuthenticationMethod(ClientAuthenticationMethod.NONE)
                    .build());
        }

        @Bean
        InMemoryUserDetailsManager users() {
            return new InMemoryUserDetailsManager(
                    user("olivia", "oncall"), user("victor", "payments"), user("nadia", "sales"));
        }

        private static UserDetails user(String name, String group) {
            return User.withUsername(name)
                    .password("{noop}" + name + "-password")
                    .authorities(group)
                    .build();
        }

        @Bean
        OAuth2TokenCustomizer<JwtEncodingContext> claims() {
            return token -> {
                if (token.getTokenType().getValue().equals(OidcParameterNames.ID_TOKEN)) {
                    Authentication who = Objects.requireNonNull(token.getPrincipal());
                    List<String> groups = who.getAuthorities().stream()
                            .map(GrantedAuthority::getAuthority)
                            .toList();
                    token.getClaims().claim("preferred_username", who.getName()).claim("groups", groups);
                }
            };
        }
    }
}
