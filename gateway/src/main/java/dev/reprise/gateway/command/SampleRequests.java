package dev.reprise.gateway.command;

import dev.reprise.http.HttpNames;
import dev.reprise.http.KeyLocation;
import dev.reprise.http.Profile;
import dev.reprise.http.Route;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Commands that pay at the sample API, with a key where the route looks for it: anything else would be charged twice. */
final class SampleRequests {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    /** Where a key goes in a command: behind the path, among the options, in a form, or in an object of JSON. */
    private record Placed(String query, String options, String form, String member) {}

    private SampleRequests() {}

    /** The commands that are safe to repeat on that route; none if it does not protect them. */
    static List<String> to(String url, Route route, HttpNames names) {
        List<String> commands = new ArrayList<>();
        if (!route.methods().contains("POST")) {
            return commands;
        }
        KeyLocation source = route.keyLocations().isEmpty()
                ? route.profile().keyLocation(names)
                : route.keyLocations().getFirst();
        if (source.place() != KeyLocation.Place.JSON) {
            Placed key = placed(source, route);
            commands.add("curl -i '" + url + "/v1/charges" + key.query() + "'" + key.options()
                    + " -d amount=1000 -d currency=eur" + key.form());
        }
        if (source.place() != KeyLocation.Place.FORM && source.name().lastIndexOf('/') <= 0) {
            Placed key = placed(source, route);
            commands.add("curl -i '" + url + "/payment/alice" + key.query() + "'" + key.options()
                    + " -H 'Content-Type: application/json' -d '{\"amount\":10000" + key.member() + "}'");
        }
        return commands;
    }

    private static Placed placed(KeyLocation source, Route route) {
        String key = UUID.randomUUID().toString();
        String dated = route.profile() == Profile.OASIS
                ? " -H 'Repeatability-First-Sent: " + DATE.format(Instant.now().atOffset(ZoneOffset.UTC)) + "'"
                : "";
        return switch (source.place()) {
            case HEADER -> new Placed("", " -H '" + source.name() + ": " + key + "'" + dated, "", "");
            case QUERY -> new Placed("?" + source.name() + "=" + key, dated, "", "");
            case FORM -> new Placed("", dated, " -d " + source.name() + "=" + key, "");
            case JSON -> new Placed("", dated, "", ",\"" + source.name().substring(1) + "\":\"" + key + "\"");
        };
    }
}
