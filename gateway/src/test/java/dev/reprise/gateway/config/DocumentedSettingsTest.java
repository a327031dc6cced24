package dev.reprise.gateway.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.http.HttpNames;
import dev.reprise.http.KeyLocation;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example in {@code docs/gateway.yaml} names every setting with its default. */
class DocumentedSettingsTest extends SettingsFixture {
    @Test
    void every_setting_is_in_the_example_with_its_default() throws Exception {
        String example = Files.readString(Path.of("../docs/gateway.yaml"));
        SettingsSource settings = source(example);
        RouteSettings defaults = requireNonNull(settings.defaults);
        Origin upstream = requireNonNull(settings.upstream);

        for (Class<?> type : List.of(
                SettingsSource.class,
                ServerTls.class,
                UpstreamTls.class,
                PrincipalSource.class,
                Authorization.class,
                CorsSettings.class,
                NameSettings.class,
                IssuedKeySettings.class,
                EncryptionSettings.class,
                DatabaseSettings.class,
                FingerprintSettings.class,
                LimitSettings.class,
                ConsoleSection.class,
                WebhookSection.class,
                OidcSection.class,
                PathSettings.class,
                EffectSettings.class,
                ReconcileSettings.class,
                RouteSettings.class)) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    String name = field.getName().replaceAll("([A-Z])", "-$1");
                    assertThat(example).containsPattern("(?mi)^[# -]*" + name + ":");
                }
            }
        }
        assertThat(routeOf(upstream, RouteSettings.ofPath("/**"), defaults)
                        .route()
                        .withKeyLocations())
                .isEqualTo(routeOf(upstream, RouteSettings.ofPath("/**")).route());
        assertThat(defaults.keySources).containsExactly(KeyLocation.header(HttpNames.DEFAULT.key()));
        assertThat(Authorization.of(URI.create("http://127.0.0.1:9001/authorize"))
                        .timeout())
                .isEqualTo(requireNonNull(settings.authorization).timeout());
        settings.tls = null;
        settings.encryption = null;
        settings.upstreamTls = null;
        settings.authorization = null;
        settings.cors = null;
        settings.issuedKeys = null;
        settings.console = null;
        settings.webhook = null;
        settings.defaults = null;
        settings.routes = null;
        assertThat(GatewaySettings.of(settings).complete())
                .isEqualTo(GatewaySettings.ofUpstream(upstream).complete());
    }

    private static GatewayRoute routeOf(Origin upstream, RouteSettings... said) {
        return new RouteCompletion(new Layers<>(List.of(said)), upstream, null, new CallerNames(false, null)).route();
    }
}
