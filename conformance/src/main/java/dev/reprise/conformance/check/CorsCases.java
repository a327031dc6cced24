package dev.reprise.conformance.check;

import static dev.reprise.conformance.check.Case.ours;
import static dev.reprise.conformance.check.Case.should;

import dev.reprise.conformance.Profile;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What browsers need (S26). */
final class CorsCases {
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

    private CorsCases() {}

    static List<Case> cases(Profile profile) {
        return List.of(
                should("S26", "preflight", "A preflight allows the key's field")
                        .expecting(
                                "OPTIONS without a key and a credential is answered, and"
                                        + " Access-Control-Allow-Headers names every field of the key.",
                                Sources.CORS)
                        .needing(Need.ORIGIN)
                        .checkedBy(CorsCases::preflight),
                should("S26", "readable", "A page may read the replay, too")
                        .expecting(
                                ALLOW_ORIGIN + " of a replay is made for the request that it answers, whatever the"
                                        + " first request's origin was.",
                                Sources.CORS)
                        .needing(Need.ORIGIN, Need.REPLAYS)
                        .after("S7-once")
                        .checkedBy(CorsCases::readable),
                ours("S26", "exposed", "A page may see that it is a replay")
                        .expecting(
                                "Access-Control-Expose-Headers names " + WireProfile.REPLAYED + ".",
                                Sources.CORS,
                                Sources.ours("S26"))
                        .needing(Need.ORIGIN, Need.REPLAYS)
                        .after("S7-once", "S17-marked")
                        .checkedBy(CorsCases::exposed));
    }

    private static Verdict preflight(Probe probe) {
        TestKey key = probe.session().randomKey();
        List<String> names = probe.dialect().fields(key, probe.target().keyHeader()).stream()
                .map(field -> field.name().toLowerCase(Locale.ROOT))
                .toList();
        WireResponse response = probe.send(WireRequest.of(
                        "OPTIONS", probe.target().uri())
                .with("Origin", origin(probe))
                .with("Access-Control-Request-Method", probe.target().method())
                .with("Access-Control-Request-Headers", names.stream().sorted().collect(Collectors.joining(","))));
        Checks checks = new Checks()
                .that(response.status() >= 200 && response.status() < 300, "the preflight got " + response.status())
                .that(isReadable(probe, response), ALLOW_ORIGIN + " does not allow " + origin(probe));
        for (String name : names) {
            checks.that(lists(response, "Access-Control-Allow-Headers", name), name + " is not allowed");
        }
        return checks.verdict();
    }

    private static Verdict readable(Probe probe) {
        WireRequest request = probe.request(probe.newKey());
        probe.send(request);
        WireResponse retry = probe.retry(request.with("Origin", origin(probe)));
        return new Checks()
                .that(
                        isReadable(probe, retry),
                        "the replay has " + ALLOW_ORIGIN + ": "
                                + retry.first(ALLOW_ORIGIN).orElse("nothing"))
                .that(retry.all(ALLOW_ORIGIN).size() < 2, "the replay has " + ALLOW_ORIGIN + " twice")
                .verdict();
    }

    private static Verdict exposed(Probe probe) {
        WireRequest request = probe.request(probe.newKey()).with("Origin", origin(probe));
        probe.send(request);
        WireResponse retry = probe.retry(request);
        return new Checks()
                .that(
                        lists(retry, "Access-Control-Expose-Headers", WireProfile.REPLAYED),
                        "Access-Control-Expose-Headers of the replay does not name " + WireProfile.REPLAYED)
                .verdict();
    }

    private static boolean isReadable(Probe probe, WireResponse response) {
        String allowed = response.first(ALLOW_ORIGIN).orElse("");
        return allowed.equals("*") || allowed.equals(origin(probe));
    }

    private static boolean lists(WireResponse response, String field, String name) {
        return response.all(field).stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip)
                .anyMatch(listed -> listed.equals("*") || listed.equalsIgnoreCase(name));
    }

    private static String origin(Probe probe) {
        return String.valueOf(probe.target().origin());
    }
}
