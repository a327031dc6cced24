package dev.reprise.gateway.config;

import dev.reprise.http.IssuedKeys;
import dev.reprise.http.Route;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Routes that go together: each is reached, and no two share what tells their keys apart. */
final class RouteTable {
    private RouteTable() {}

    /**
     * Completes all routes. What is wrong with one of them is said with its place.
     *
     * @param complete completes one of them
     * @param secrets whether keys could be issued
     * @throws ConfigException if a route is wrong, or does not go together with another one
     */
    static List<GatewayRoute> of(
            List<RouteSettings> routes, Function<RouteSettings, GatewayRoute> complete, boolean secrets) {
        List<GatewayRoute> table = new ArrayList<>();
        for (RouteSettings route : routes) {
            try {
                table.add(complete.apply(route));
            } catch (ConfigException e) {
                throw e.at("/routes/" + table.size());
            }
        }
        rejectHidden(table);
        rejectSharedEndpoints(table, secrets);
        rejectSharedNames(table);
        return table;
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

    private static void rejectSharedNames(List<GatewayRoute> routes) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < routes.size(); i++) {
            String name = routes.get(i).route().name();
            if (!names.add(name)) {
                throw new ConfigException(
                                "Two routes are named " + name + "; names scope keys, so give one of them another name")
                        .at("/routes/" + i);
            }
        }
    }
}
