package dev.reprise.gateway.config;

import static dev.reprise.gateway.config.RouteSettings.either;

import dev.reprise.http.Cors;
import dev.reprise.http.HttpNames;
import dev.reprise.http.IssuedKeys;
import dev.reprise.http.KeyIssuer;
import dev.reprise.http.Route;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said about the gateway, in a file or by flags; null is what was not said.
 *
 * @param listen where callers connect
 * @param tls what makes the gateway speak TLS
 * @param admin where the operator connects
 * @param store the folder of the records
 * @param database the database of the records, instead of a folder
 * @param upstream the service behind everything that has no route with another one
 * @param upstreamTls how services that speak TLS are recognised
 * @param principal who counts as the same caller
 * @param authorization who is asked before a protected request goes on
 * @param cors what browsers may do
 * @param names the names of header fields
 * @param issuedKeys what issued keys are made with
 * @param trustForwarded whether a proxy in front is believed about the caller's address
 * @param limits what callers have to keep to
 * @param drain how long running requests get when the gateway stops
 * @param defaults what holds for each route that does not say otherwise
 * @param routes the routes; the first whose path matches applies. Default: all paths
 */
public record GatewaySettings(
        @Nullable Address listen,
        @Nullable ServerTls tls,
        @Nullable Address admin,
        @Nullable Path store,
        @Nullable DatabaseSettings database,
        @Nullable Origin upstream,
        @Nullable UpstreamTls upstreamTls,
        @Nullable PrincipalSource principal,
        @Nullable Authorization authorization,
        @Nullable CorsSettings cors,
        @Nullable NameSettings names,
        @Nullable IssuedKeySettings issuedKeys,
        @Nullable Boolean trustForwarded,
        @Nullable LimitSettings limits,
        @Nullable Duration drain,
        @Nullable RouteSettings defaults,
        @Nullable List<RouteSettings> routes) {
    /** @throws IllegalArgumentException if something cannot be right, whatever the rest says */
    public GatewaySettings {
        RouteSettings.requireAtMostADay("drain", drain);
        if (store != null && database != null) {
            throw new IllegalArgumentException("records are in store or in database; name one of them");
        }
        if (defaults != null
                && (defaults.path() != null
                        || defaults.name() != null
                        || defaults.issueKeysAt() != null
                        || defaults.reconcile() != null)) {
            throw new IllegalArgumentException(
                    "defaults has a path, a name, issue-keys-at or reconcile, which belong to one route each");
        }
        if (routes != null && routes.isEmpty()) {
            throw new IllegalArgumentException(
                    "routes is empty, which protects nothing; leave it out to protect every path");
        }
    }

    /** Nothing said. */
    public static final GatewaySettings NONE = new GatewaySettings(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);

    /** Nothing said but the service behind everything. */
    public static GatewaySettings ofUpstream(Origin upstream) {
        return new GatewaySettings(
                null, null, null, null, null, upstream, null, null, null, null, null, null, null, null, null, null,
                null);
    }

    /** Nothing said but where callers and the operator connect, and the folder of the records. */
    public static GatewaySettings at(Address listen, Address admin, Path store) {
        return new GatewaySettings(
                listen, null, admin, store, null, null, null, null, null, null, null, null, null, null, null, null,
                null);
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
        private static final Pattern ORIGIN = Pattern.compile("\\*|null|[a-z][a-z0-9+.-]*://[^/?#@\\s]+");

        /** @throws IllegalArgumentException if something is not an origin, or any were allowed to send credentials */
        public CorsSettings {
            for (String origin : origins == null ? Set.<String>of() : origins) {
                if (!ORIGIN.matcher(origin).matches()) {
                    throw new IllegalArgumentException(
                            '"' + origin + "\" is not an origin; write it without a path, as in https://shop.example");
                }
            }
            if (origins != null && origins.contains("*") && credentials != null && credentials) {
                throw new IllegalArgumentException("credentials need named origins; replace the origin *");
            }
        }

        private Cors complete() {
            return new Cors(origins == null ? Set.of() : origins, credentials != null && credentials);
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
        /** @throws IllegalArgumentException if something cannot be the name of a field, or a link */
        public NameSettings {
            FieldName.check(key);
            FieldName.check(replayed);
            if (documentation != null) {
                URI.create(documentation);
            }
        }

        private HttpNames complete() {
            HttpNames usual = HttpNames.DEFAULT;
            return new HttpNames(
                    key == null ? usual.key() : key,
                    replayed == null ? usual.replayed() : replayed,
                    documentation == null ? usual.documentation() : documentation);
        }
    }

    /** These settings, and those of the others where nothing is said here. */
    public GatewaySettings orElse(GatewaySettings others) {
        RouteSettings otherDefaults = others.defaults == null ? RouteSettings.NONE : others.defaults;
        return new GatewaySettings(
                either(listen, others.listen),
                either(tls, others.tls),
                either(admin, others.admin),
                store != null || database != null ? store : others.store,
                store != null || database != null ? database : others.database,
                either(upstream, others.upstream),
                either(upstreamTls, others.upstreamTls),
                either(principal, others.principal),
                either(authorization, others.authorization),
                either(cors, others.cors),
                either(names, others.names),
                either(issuedKeys, others.issuedKeys),
                either(trustForwarded, others.trustForwarded),
                (limits == null ? LimitSettings.NONE : limits)
                        .orElse(others.limits == null ? LimitSettings.NONE : others.limits),
                either(drain, others.drain),
                defaults == null ? otherDefaults : defaults.orElse(otherDefaults),
                either(routes, others.routes));
    }

    /** Whether anything is said about what is behind the gateway. */
    public boolean namesUpstreamOrRoutes() {
        return upstream != null || routes != null || (defaults != null && defaults.upstream() != null);
    }

    /**
     * The whole configuration, with everything that was not said filled in.
     *
     * @throws ConfigException if something necessary is missing or settings contradict each other
     */
    public GatewayConfig complete() {
        Address callers = listen == null ? Address.parse("127.0.0.1:8080") : listen;
        Address operator = admin == null ? Address.parse("127.0.0.1:8081") : admin;
        if (callers.equals(operator) && callers.port() != 0) {
            throw new ConfigException("listen and admin are both " + callers + "; give each its own port").at("/admin");
        }
        requireFiles();
        return new GatewayConfig(
                callers,
                tls,
                operator,
                location(),
                upstream,
                upstreamTls == null ? UpstreamTls.SYSTEM : upstreamTls,
                principal == null ? PrincipalSource.AUTHORIZATION : principal,
                authorization,
                cors == null ? Cors.NONE : cors.complete(),
                names == null ? HttpNames.DEFAULT : names.complete(),
                trustForwarded != null && trustForwarded,
                (limits == null ? LimitSettings.NONE : limits).complete(),
                drain == null ? Duration.ofSeconds(30) : drain,
                completeRoutes());
    }

    /** Where the records are. */
    public StoreLocation location() {
        return database == null
                ? new StoreLocation.Folder(store == null ? Path.of("reprise-data") : store)
                : new StoreLocation.Database(database);
    }

    private void requireFiles() {
        if (tls != null) {
            PemFile.requireCertificate("tls.certificate", tls.certificate());
            PemFile.requireKey("tls.key", tls.key());
        }
        if (upstreamTls != null) {
            PemFile.requireCertificate("upstream-tls.trust", upstreamTls.trust());
            PemFile.requireCertificate("upstream-tls.certificate", upstreamTls.certificate());
            PemFile.requireKey("upstream-tls.key", upstreamTls.key());
        }
    }

    private List<GatewayRoute> completeRoutes() {
        RouteSettings shared =
                (defaults == null ? RouteSettings.NONE : defaults).orElse(RouteSettings.ofUpstream(upstream));
        KeyIssuer issuer = issuedKeys == null ? null : issuedKeys.complete();
        CallerNames callers = CallerNames.of(principal, authorization);
        List<GatewayRoute> complete = new ArrayList<>();
        for (RouteSettings route : routes == null ? EVERYTHING : routes) {
            try {
                complete.add(route.orElse(shared).complete(issuer, callers));
            } catch (ConfigException e) {
                throw e.at("/routes/" + complete.size());
            }
        }
        rejectHidden(complete);
        rejectSharedEndpoints(complete, issuer != null);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < complete.size(); i++) {
            String name = complete.get(i).route().name();
            if (!names.add(name)) {
                throw new ConfigException(
                                "Two routes are named " + name + "; names scope keys, so give one of them another name")
                        .at("/routes/" + i);
            }
        }
        return complete;
    }

    private static void rejectSharedEndpoints(List<GatewayRoute> routes, boolean secrets) {
        Set<String> distinct = new HashSet<>();
        for (int i = 0; i < routes.size(); i++) {
            IssuedKeys issued = routes.get(i).route().issuedKeys();
            if (issued != null && !distinct.add(issued.endpoint())) {
                throw new ConfigException("Two routes issue their keys at " + issued.endpoint()
                                + "; keys belong to one route, so give each its own path")
                        .at("/routes/" + i + "/issue-keys-at");
            }
        }
        if (distinct.isEmpty() && secrets) {
            throw new ConfigException("issued-keys has a secret, and no route says issue-keys-at").at("/issued-keys");
        }
    }

    /** What is said about a route that no request gets to would be lost without a word. */
    private static void rejectHidden(List<GatewayRoute> routes) {
        for (int i = 0; i < routes.size(); i++) {
            Route later = routes.get(i).route();
            for (GatewayRoute earlier : routes.subList(0, i)) {
                if (earlier.route().covers(later)) {
                    throw new ConfigException("The route " + later.pattern() + " comes after "
                                    + earlier.route().pattern() + ", which takes all its requests; put it before")
                            .at("/routes/" + i);
                }
            }
        }
    }
}
