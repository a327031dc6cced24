package dev.reprise.conformance.check;

import static dev.reprise.conformance.check.Case.must;
import static dev.reprise.conformance.check.Case.ours;
import static dev.reprise.conformance.check.Case.should;

import dev.reprise.conformance.CaseResult.Exchange;
import dev.reprise.conformance.Field;
import dev.reprise.conformance.Level;
import dev.reprise.conformance.Profile;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.Verdict.NotApplicable;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** What comes again when a finished operation is repeated, and what does not (S7, S17, S18). */
final class ReplayCases {
    private ReplayCases() {}

    /**
     * A first response and two replays, more than a second later; all cases about fields look at the same ones.
     *
     * @param again a second replay: fields that differ between replays belong to the exchange
     */
    record Pair(WireResponse first, WireResponse retry, WireResponse again, List<Exchange> notes) {
        Pair {
            notes = List.copyOf(notes);
        }
    }

    static List<Case> cases(Profile profile) {
        boolean stripe = profile == Profile.STRIPE;
        return List.of(
                must("S7", "once", "A retry executes nothing")
                        .expecting(
                                "The same request with the same key is executed once, however often it is sent: the"
                                        + " retry of a client that lost the response must not move money twice.",
                                Sources.draft("2.6"),
                                Sources.STRIPE,
                                Sources.OASIS)
                        .needing(Need.REPLAYS)
                        .checkedBy(ReplayCases::once),
                must("S7", "answer", "A retry gets the first response")
                        .expecting(
                                "The retry gets the status and the body of the first response, so that the client"
                                        + " goes on as if nothing had been lost.",
                                Sources.draft("2.6"),
                                Sources.STRIPE)
                        .needing(Need.REPLAYS)
                        .after("S7-once")
                        .checkedBy(probe -> {
                            Pair pair = pair(probe);
                            Checks checks = new Checks().same(pair.first(), pair.retry());
                            probe.session().replaysDiffer(!checks.fine());
                            return checks.verdict();
                        }),
                should("S7", "another", "The same request with another key is another operation")
                        .expecting(
                                "It is executed like the first one: the key says which operation it is, and two equal"
                                        + " orders are two orders.",
                                Sources.draft("2.6"))
                        .checkedBy(ReplayCases::another),
                new CaseBuilder("S17", "marked", stripe ? Level.SHOULD : Level.OURS, "A replay says that it is one")
                        .expecting(
                                "Replays carry " + WireProfile.REPLAYED + ": true, so that clients and their logs can"
                                        + " tell them from executions.",
                                Sources.ours("S17"),
                                Sources.STRIPE_ERRORS)
                        .needing(Need.REPLAYS)
                        .after("S7-once")
                        .checkedBy(probe -> new Checks()
                                .that(
                                        WireProfile.isMarked(pair(probe).retry()),
                                        "the replay has no " + WireProfile.REPLAYED + ": true")
                                .verdict()),
                new CaseBuilder(
                                "S17",
                                "first",
                                stripe ? Level.SHOULD : Level.OURS,
                                "A first response is not marked as a replay")
                        .expecting(
                                "A first response never carries the mark of a replay: who sees it would believe that"
                                        + " something else had been executed before.",
                                Sources.ours("S17"),
                                Sources.STRIPE_ERRORS)
                        .needing(Need.REPLAYS)
                        .after("S7-once")
                        .checkedBy(probe -> new Checks()
                                .that(
                                        !WireProfile.isMarked(pair(probe).first()),
                                        "the first response has " + WireProfile.REPLAYED + ": true")
                                .verdict()),
                must("S18", "result", "Fields that are part of the result come again")
                        .expecting(
                                "Location, ETag, Content-Type and the other fields that describe the result are"
                                        + " replayed as they were.",
                                Sources.draft("2.6"),
                                Sources.http("10.2.2"))
                        .needing(Need.REPLAYS)
                        .after("S7-once")
                        .checkedBy(probe -> kept(probe, ReplayFields::areResult)),
                should("S18", "others", "All other fields of the result come again")
                        .expecting(
                                "Every field that does not belong to one exchange is replayed as it was.",
                                Sources.draft("2.6"))
                        .needing(Need.REPLAYS)
                        .after("S7-once")
                        .checkedBy(probe -> kept(probe, ReplayFields::areOthers)),
                must("S18", "date", "The date of a replay is its own")
                        .expecting(
                                "Date says when this message was made; an old one breaks caches and clocks.",
                                Sources.http("6.6.1"))
                        .needing(Need.REPLAYS)
                        .after("S7-once")
                        .checkedBy(probe -> notAgain(probe, Set.of("date"))),
                ours("S18", "cookie", "Cookies are not replayed")
                        .expecting(
                                "Set-Cookie belongs to one exchange: replayed, it hands an old session to whoever"
                                        + " repeats the request.",
                                Sources.ours("S18"))
                        .needing(Need.REPLAYS)
                        .after("S7-once")
                        .checkedBy(probe -> notAgain(probe, Set.of("set-cookie"))),
                ours("S18", "ids", "Request identifiers are not replayed")
                        .expecting(
                                "A request or trace identifier names one exchange; replayed, it leads to the logs of"
                                        + " another one.",
                                Sources.ours("S18"))
                        .needing(Need.REPLAYS)
                        .after("S7-once")
                        .checkedBy(probe -> notAgain(probe, ReplayFields.REQUEST_IDS)));
    }

    private static Verdict once(Probe probe) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey());
        WireResponse first = probe.send(request);
        WireResponse retry = probe.retry(request);
        return new Checks().executed(tally, 1, first, retry).verdict();
    }

    private static Verdict another(Probe probe) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey());
        WireResponse first = probe.send(request);
        WireResponse other = probe.send(probe.withKey(request, probe.newKey()));
        return new Checks()
                .that(other.isSuccess() || !first.isSuccess(), "with another key it got " + other.status())
                .executed(tally, 2, first, other)
                .verdict();
    }

    /** The first response and the replay that all cases about fields share. */
    private static Pair pair(Probe probe) {
        Pair pair = probe.session().pair();
        if (pair == null) {
            WireRequest request = probe.request(probe.newKey());
            WireResponse first = probe.send(request);
            // Date has whole seconds: after more than one of them it must differ.
            probe.session().budget().pause(Duration.ofMillis(1100));
            WireResponse retry = probe.retry(request);
            WireResponse again = probe.retry(request);
            pair = new Pair(first, retry, again, probe.notes());
            probe.session().pair(pair);
        } else {
            probe.notes().addAll(pair.notes());
        }
        return pair;
    }

    private static Verdict kept(Probe probe, Predicate<String> which) {
        Pair pair = pair(probe);
        List<String> names = names(pair.first()).stream()
                .filter(which)
                .filter(name -> ReplayFields.areResult(name) || !differsInEachExchange(pair, name))
                .toList();
        if (names.isEmpty()) {
            return new NotApplicable("The first response has no such field");
        }
        Checks checks = new Checks();
        for (String name : names) {
            List<String> came = pair.retry().all(name);
            checks.that(
                    came.equals(pair.first().all(name)),
                    name + (came.isEmpty() ? " is missing from the replay" : " of the replay is another one"));
        }
        return checks.verdict();
    }

    /** Made anew for each replay, by a layer outside of what is recorded. */
    private static boolean differsInEachExchange(Pair pair, String name) {
        List<String> retry = pair.retry().all(name);
        return !retry.isEmpty() && !retry.equals(pair.again().all(name));
    }

    private static Verdict notAgain(Probe probe, Set<String> which) {
        Pair pair = pair(probe);
        List<String> names =
                names(pair.first()).stream().filter(which::contains).toList();
        if (names.isEmpty()) {
            return new NotApplicable("The first response has no such field");
        }
        Checks checks = new Checks();
        for (String name : names) {
            List<String> first = pair.first().all(name);
            checks.that(
                    pair.retry().all(name).stream().noneMatch(first::contains),
                    name + " of the replay is the one of the first response");
        }
        return checks.verdict();
    }

    private static List<String> names(WireResponse response) {
        return response.fields().stream()
                .map(Field::name)
                .map(name -> name.toLowerCase(Locale.ROOT))
                .distinct()
                .toList();
    }
}
