package dev.reprise.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.http.PathReading;
import dev.reprise.http.PathReading.Ambiguity;
import dev.reprise.http.PathReading.Treatment;
import dev.reprise.http.Route;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What counts where several say something: what was said first, and the rest is filled in. */
class SettingsLayersTest extends SettingsFixture {
    @Test
    void counts_and_the_rest_is_filled_in() throws Exception {
        GatewaySettings flags = read("""
                listen: 1
                principal: {header: X-Token}
                defaults: {timeout: 1s, require-key: true, service-paths: {letter-case: counts}}
                limits: {max-streams: 3}
                """);
        GatewaySettings file = read("""
                listen: 2
                admin: 3
                principal: {trusted-header: X-User}
                defaults: {timeout: 2s, retention: 2h, service-paths: {letter-case: ignored, parameters: literal}}
                limits: {max-streams: 4, max-connections: 5}
                routes: [{path: /a, upstream: 'http://a'}]
                """);

        GatewaySettings both = flags.orElse(file);

        assertThat(both.complete().listen()).isEqualTo(new Address("127.0.0.1", 1));
        assertThat(both.complete().admin()).isEqualTo(new Address("127.0.0.1", 3));
        assertThat(both.complete().principal()).isEqualTo(new PrincipalSource("X-Token", null, null));
        assertThat(both.complete().routes())
                .extracting(route -> route.route().pattern().text())
                .containsExactly("/a");
        assertThat(both.complete().limits().streams()).isEqualTo(3);
        assertThat(both.complete().limits().connections()).isEqualTo(5);
        Route route = both.complete().routes().get(0).route();
        assertThat(both.complete().routes().get(0).timeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(route.keyRequired()).isTrue();
        assertThat(route.policy().retention()).isEqualTo(Duration.ofHours(2));
        assertThat(route.reading())
                .isEqualTo(new PathReading(true, false, Map.of(Ambiguity.PARAMETERS, Treatment.LITERAL)));
    }

    @Test
    void about_a_route_counts_more_than_the_defaults() throws Exception {
        List<GatewayRoute> routes = complete(
                        "defaults: {require-key: true, upstream: 'http://b'}",
                        "routes: [{path: /a, require-key: false, upstream: 'http://a'}, {path: /b}]")
                .routes();

        assertThat(routes).extracting(route -> route.upstream().host()).containsExactly("a", "b");
        assertThat(routes).extracting(route -> route.route().keyRequired()).containsExactly(false, true);
    }

    @Test
    void by_nobody_is_nothing() throws Exception {
        assertThat(GatewaySettings.NONE.orElse(GatewaySettings.NONE).orElse(GatewaySettings.NONE))
                .isNotNull();
        assertThat(GatewaySettings.NONE.namesUpstreamOrRoutes()).isFalse();
        assertThat(read("routes: [{path: /a, upstream: 'http://a'}]").namesUpstreamOrRoutes())
                .isTrue();
    }
}
