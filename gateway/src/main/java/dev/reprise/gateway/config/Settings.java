package dev.reprise.gateway.config;

import static dev.reprise.gateway.config.RouteSettings.either;

import dev.reprise.http.Cors;
import dev.reprise.http.HttpNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said about the gateway, in a file or by flags; null is what was not said.
 *
 * @param listen where callers connect
 * @param tls what makes the gateway speak TLS
 * @param admin where the operator connects
 * @param store the folder of the records
 * @param upstream the service behind everything that has no route with another one
 * @param upstreamTls how services that speak TLS are recognised
 * @param principal who counts as the same caller
 * @param authorization who is asked before a protected request goes on
 * @param cors what browsers may do
 * @param names the names of header fields
 * @param trustForwarded whether a proxy in front is believed about the caller's address
 * @param drain how long running requests get when the gateway stops
 * @param defaults what holds for each route that does not say otherwise
 * @param routes the routes; the first whose path matches counts. All paths unless said
 */
public record Settings(
        @Nullable Address listen,
        @Nullable ServerTls tls,
        @Nullable Address admin,
        @Nullable Path store,
        @Nullable Origin upstream,
        @Nullable UpstreamTls upstreamTls,
        @Nullable PrincipalSource principal,
        @Nullable Authorization authorization,
        @Nullable CorsSettings cors,
        @Nullable NameSettings names,
        @Nullable Boolean trustForwarded,
        @Nullable Duration drain,
        @Nullable RouteSettings defaults,
        @Nullable List<RouteSettings> routes) {
    /** Nothing said. */
    public static final Settings NONE =
            new Settings(null, null, null, null, null, null, null, null, null, null, null, null, null, null);

    /** Nothing said but the service behind everything. */
    public static Settings ofUpstream(Origin upstream) {
        return new Settings(null, null, null, null, upstream, null, null, null, null, null, null, null, null, null);
    }

    private static final List<RouteSettings> EVERYTHING = List.of(RouteSettings.ofPath("/**"));

    /**
     * What browsers may do (S26).
     *
     * @param origins the origins that may read replays and refusals
     * @param credentials whether they may send credentials
     */
    public record CorsSettings(
            @Nullable Set<String> origins, @Nullable Boolean credentials) {
        private Cors complete() {
            try {
                return new Cors(origins == null ? Set.of() : origins, credentials != null && credentials);
            } catch (IllegalArgumentException e) {
                throw new ConfigException("cors: " + e.getMessage(), e);
            }
        }
    }

    /**
     * The names of header fields.
     *
     * @param key the request field that carries the key
     * @param replayed the response field that marks a replay
     * @param documentation where callers without a key are sent
     */
    public record NameSettings(
            @Nullable String key,
            @Nullable String replayed,
            @Nullable String documentation) {
        private HttpNames complete() {
            HttpNames usual = HttpNames.DEFAULT;
            return new HttpNames(
                    key == null ? usual.key() : key,
                    replayed == null ? usual.replayed() : replayed,
                    documentation == null ? usual.documentation() : documentation);
        }
    }

    /** These settings, and those of the others where nothing is said here. */
    public Settings orElse(Settings others) {
        RouteSettings otherDefaults = others.defaults == null ? RouteSettings.NONE : others.defaults;
        return new Settings(
                either(listen, others.listen),
                either(tls, others.tls),
                either(admin, others.admin),
                either(store, others.store),
                either(upstream, others.upstream),
                either(upstreamTls, others.upstreamTls),
                either(principal, others.principal),
                either(authorization, others.authorization),
                either(cors, others.cors),
                either(names, others.names),
                either(trustForwarded, others.trustForwarded),
                either(drain, others.drain),
                defaults == null ? otherDefaults : defaults.orElse(otherDefaults),
                either(routes, others.routes));
    }

    /** Whether any service behind the gateway is named. */
    public boolean namesUpstream() {
        return upstream != null
                || Stream.concat(
                                Stream.ofNullable(defaults),
                                Stream.ofNullable(routes).flatMap(List::stream))
                        .anyMatch(route -> route.upstream() != null);
    }

    /**
     * The whole configuration, with everything that was not said filled in.
     *
     * @throws ConfigException if something necessary is missing or settings contradict each other
     */
    public GatewayConfig complete() {
        return new GatewayConfig(
                listen == null ? Address.parse("127.0.0.1:8080") : listen,
                tls,
                admin == null ? Address.parse("127.0.0.1:8081") : admin,
                store == null ? Path.of("reprise-data") : store,
                upstream,
                upstreamTls == null ? UpstreamTls.SYSTEM : upstreamTls,
                principal == null ? PrincipalSource.AUTHORIZATION : principal,
                authorization,
                cors == null ? Cors.NONE : cors.complete(),
                names == null ? HttpNames.DEFAULT : names.complete(),
                trustForwarded != null && trustForwarded,
                drain == null ? Duration.ofSeconds(30) : drain,
                completeRoutes());
    }

    private List<GatewayRoute> completeRoutes() {
        RouteSettings shared =
                (defaults == null ? RouteSettings.NONE : defaults).orElse(RouteSettings.ofUpstream(upstream));
        List<GatewayRoute> complete = (routes == null ? EVERYTHING : routes)
                .stream().map(route -> route.orElse(shared).complete()).toList();
        Set<String> names = new HashSet<>();
        for (GatewayRoute route : complete) {
            if (!names.add(route.route().name())) {
                throw new ConfigException("Two routes are named "
                        + route.route().name() + "; names scope keys, so give one of them another name");
            }
        }
        return complete;
    }
}
