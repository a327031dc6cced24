package dev.reprise.conformance.check;

import static dev.reprise.conformance.check.Case.must;
import static dev.reprise.conformance.check.Case.ours;
import static dev.reprise.conformance.check.Case.should;

import dev.reprise.conformance.Field;
import dev.reprise.conformance.Level;
import dev.reprise.conformance.Profile;
import dev.reprise.conformance.Source;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** How a key is written (S1, S2, S3). */
final class SyntaxCases {
    private SyntaxCases() {}

    static List<Case> cases(Profile profile) {
        List<Case> cases = new ArrayList<>(spellings(profile));
        for (Malformed malformed : WireProfile.of(profile).malformed()) {
            cases.add(new CaseBuilder("S2", malformed.word(), malformed.level(), malformed.title())
                    .expecting(
                            "Status 400, and nothing is executed: a client that writes its key wrongly believes it is"
                                    + " protected.",
                            sources(profile, malformed))
                    .checkedBy(probe -> malformed(probe, malformed)));
        }
        cases.add(must("S2", "protects", "A malformed key that is not refused protects")
                .expecting(
                        "Whatever is accepted as a key is one: sent twice, it is executed once. A key that is ignored is"
                                + " worse than none, as the client relies on it.",
                        profile == Profile.STRIPE
                                ? Sources.STRIPE
                                : profile == Profile.OASIS ? Sources.OASIS : Sources.draft("5"))
                .after("S7-once")
                .checkedBy(SyntaxCases::protects));
        cases.add(must("S3", "name", "The field's name may be written in any case")
                .expecting("Field names are case-insensitive; HTTP/2 writes them in lower case.", Sources.http("5.1"))
                .needing(Need.REPLAYS)
                .after("S7-once")
                .checkedBy(SyntaxCases::fieldName));
        cases.add(should("S3", "key", "Keys that differ in case are two keys")
                .expecting(
                        "A key is compared byte by byte: keys in Base64 differ in case alone, and one of two such"
                                + " operations would never happen.",
                        Sources.STRUCTURED_FIELDS,
                        Sources.draft("2.2"))
                .needing(Need.REPLAYS)
                .after("S7-once")
                .checkedBy(probe -> {
                    Tally tally = probe.tally();
                    TestKey key = probe.newKey();
                    WireResponse first = probe.send(probe.request(key));
                    WireResponse other = probe.send(probe.request(key.inUpperCase()));
                    boolean refused = probe.target().issuer() != null && other.status() == 400;
                    return new Checks()
                            .executed(tally, refused ? 1 : 2, first, other)
                            .verdict();
                }));
        return cases;
    }

    private static List<Case> spellings(Profile profile) {
        return switch (profile) {
            case IETF ->
                List.of(
                        ours("S1", "bare", "A key without quotes is the same key")
                                .expecting(
                                        "\"k\" and k name the same operation: most clients in use send keys without"
                                                + " quotes, and change to quoted ones one by one.",
                                        Sources.ours("S1"))
                                .needing(Need.REPLAYS)
                                .after("S7-once")
                                .checkedBy(probe -> spelled(probe, key -> key, 1)),
                        should("S1", "parameters", "Parameters behind a key are ignored")
                                .expecting(
                                        "A structured field may carry parameters; those that nobody knows are"
                                                + " ignored.",
                                        Sources.PARAMETERS,
                                        Sources.draft("2.1"))
                                .needing(Need.REPLAYS)
                                .after("S7-once")
                                .checkedBy(probe -> spelled(probe, key -> IetfWireProfile.quoted(key) + ";a=1", 1)));
            case ACP, ADCP -> List.of();
            case STRIPE, OASIS ->
                List.of(should("S1", "quotes", "Quotes are part of the key")
                        .expecting(
                                "The whole value is the key, so k and \"k\" are two keys.",
                                profile == Profile.STRIPE ? Sources.STRIPE : Sources.OASIS)
                        .needing(Need.REPLAYS)
                        .after("S7-once")
                        .checkedBy(probe -> spelled(probe, IetfWireProfile::quoted, 2)));
        };
    }

    private static Source[] sources(Profile profile, Malformed malformed) {
        if (malformed.level() == Level.OURS) {
            return new Source[] {Sources.ours("S2")};
        }
        if (malformed.word().equals(Malformed.TWO_LINES)) {
            return new Source[] {Sources.http("5.3")};
        }
        return switch (profile) {
            case IETF -> new Source[] {Sources.draft("2.1"), Sources.PARSING};
            case STRIPE -> new Source[] {Sources.STRIPE};
            case OASIS -> new Source[] {Sources.OASIS};
            case ACP -> new Source[] {Sources.ACP};
            case ADCP -> new Source[] {Sources.ADCP};
        };
    }

    private static Verdict protects(Probe probe) {
        Checks checks = new Checks();
        for (Malformed malformed : probe.dialect().malformed()) {
            TestKey key = probe.newKey();
            WireRequest request = respelled(
                    probe,
                    probe.request(key),
                    malformed.lines().stream()
                            .map(line -> line.apply(key.value()))
                            .toList());
            Tally tally = probe.tally();
            WireResponse first = probe.send(request);
            if (first.isSuccess()) {
                WireResponse retry = probe.retry(request);
                OptionalLong executions = tally.executions(List.of(first, retry));
                checks.that(
                        executions.orElse(0) < 2,
                        "S2-" + malformed.word() + " is accepted, and its retry is executed, too");
                if (executions.isEmpty()) {
                    checks.unseen("Whether the retry of S2-" + malformed.word() + " is executed, does not show");
                }
            }
        }
        return checks.verdict();
    }

    /** Sends a key as the profile writes it, and again spelled differently. */
    private static Verdict spelled(Probe probe, UnaryOperator<String> spelling, long executions) {
        Tally tally = probe.tally();
        TestKey key = probe.newKey();
        WireRequest request = probe.request(key);
        WireResponse first = probe.send(request);
        WireResponse other = probe.retry(respelled(probe, request, List.of(spelling.apply(key.value()))));
        Checks checks = new Checks();
        if (executions == 1) {
            checks.result(probe, first, other);
        } else {
            checks.that(
                    other.status() == first.status() || other.status() == 400, "the other key got " + other.status());
        }
        if (executions == 2 && other.status() == 400) {
            // Quotes may be refused altogether: then k and "k" are not confused either.
            return checks.executed(tally, 1, first).verdict();
        }
        return checks.executed(tally, executions, first, other).verdict();
    }

    private static Verdict malformed(Probe probe, Malformed malformed) {
        Tally tally = probe.tally();
        TestKey key = probe.newKey();
        List<String> lines =
                malformed.lines().stream().map(line -> line.apply(key.value())).toList();
        WireResponse response = probe.send(respelled(probe, probe.request(key), lines));
        return new Checks()
                .status("the request", response, probe.dialect().status(ExpectedRefusal.INVALID_KEY))
                .executed(tally, 0, response)
                .verdict();
    }

    /** The request with its key written otherwise. */
    static WireRequest respelled(Probe probe, WireRequest request, List<String> lines) {
        String header = probe.target().keyHeader();
        return request.without(header)
                .with(lines.stream().map(line -> new Field(header, line)).toList());
    }

    private static Verdict fieldName(Probe probe) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey());
        String header = probe.target().keyHeader();
        String value = request.first(header).orElseThrow();
        WireResponse first = probe.send(request);
        WireResponse lower = probe.retry(request.without(header).with(header.toLowerCase(Locale.ROOT), value));
        WireResponse upper = probe.retry(request.without(header).with(header.toUpperCase(Locale.ROOT), value));
        return new Checks()
                .result(probe, first, lower)
                .result(probe, first, upper)
                .executed(tally, 1, first, lower, upper)
                .verdict();
    }
}
