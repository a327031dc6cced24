package dev.reprise.conformance.check;

import static dev.reprise.conformance.check.Case.must;
import static dev.reprise.conformance.check.Case.should;

import dev.reprise.conformance.Profile;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.Verdict.NotApplicable;
import dev.reprise.conformance.Verdict.NotObservable;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Whether a key is needed, and who makes it (S4, S6). */
final class RequirementCases {
    private RequirementCases() {}

    static List<Case> cases(Profile profile) {
        List<Case> cases = new ArrayList<>();
        cases.add(must("S4", "missing", "A request without a key is refused")
                .expecting("A refusal, and nothing is executed: the endpoint demands a key.", Sources.draft("2.7"))
                .needing(Need.KEY_REQUIRED)
                .checkedBy(probe -> {
                    Tally tally = probe.tally();
                    WireResponse response = probe.send(probe.session().ordinary());
                    return new Checks()
                            .refused("the request", response)
                            .executed(tally, 0, response)
                            .verdict();
                }));
        cases.add(should("S4", "status", "The status of that refusal is the one that clients know")
                .expecting("Status 400.", Sources.draft("2.7"))
                .needing(Need.KEY_REQUIRED)
                .after("S4-missing")
                .checkedBy(probe -> new Checks()
                        .status(
                                "the request",
                                probe.send(probe.session().ordinary()),
                                probe.dialect().status(ExpectedRefusal.MISSING_KEY))
                        .verdict()));
        if (profile == Profile.IETF) {
            cases.add(should("S4", "link", "The refusal says where keys are documented")
                    .expecting(
                            "A link in the body, or else Link: <page>; rel=\"describedby\", so that a client's author"
                                    + " finds out what to send.",
                            Sources.draft("2.7"))
                    .needing(Need.KEY_REQUIRED)
                    .after("S4-missing")
                    .checkedBy(RequirementCases::link));
        }
        cases.add(must("S6", "issued", "An issued key protects, and no two are the same")
                .expecting(
                        "The issuing endpoint returns a new key at each call, and a retry with it executes nothing.",
                        Sources.ours("S6"),
                        Sources.draft("2.6"))
                .needing(Need.ISSUER, Need.REPLAYS)
                .after("S7-once")
                .checkedBy(RequirementCases::issued));
        cases.add(must("S6", "forged", "A key that was not issued is refused")
                .expecting(
                        "A refusal, and nothing is executed, for a key that was changed by one character and for one"
                                + " that the caller made.",
                        Sources.ours("S6"),
                        Sources.draft("5"))
                .needing(Need.ISSUER)
                .checkedBy(RequirementCases::forged));
        cases.add(must("S6", "caller", "A key that was issued to one caller is no key for another")
                .expecting(
                        "A refusal, and nothing is executed: whoever sees a key cannot use it.",
                        Sources.ours("S6"),
                        Sources.draft("5"))
                .needing(Need.ISSUER, Need.SECOND_CREDENTIAL)
                .checkedBy(RequirementCases::foreign));
        cases.add(must("S6", "expired", "An issued key that has expired is refused")
                .expecting(
                        "A refusal, and nothing is executed: what was executed with the key may be forgotten by then.",
                        Sources.ours("S6"),
                        Sources.draft("2.3"))
                .needing(Need.ISSUER, Need.KEY_LIFETIME)
                .checkedBy(RequirementCases::expired));
        return cases;
    }

    private static Verdict link(Probe probe) {
        WireResponse response = probe.send(probe.session().ordinary());
        return new Checks()
                .that(
                        Problems.linksSomewhere(response)
                                || response.all("Link").stream()
                                        .anyMatch(link -> link.matches("(?i).*;\\s*rel=\"?describedby\"?.*")),
                        "there is no link in the body, and no Link field with rel=\"describedby\"")
                .verdict();
    }

    private static Verdict issued(Probe probe) {
        Tally tally = probe.tally();
        TestKey key = probe.newKey();
        TestKey other = probe.newKey();
        WireRequest request = probe.request(key);
        WireResponse first = probe.send(request);
        WireResponse retry = probe.retry(request);
        return new Checks()
                .that(!key.value().equals(other.value()), "the same key was issued twice")
                .result(probe, first, retry)
                .executed(tally, 1, first, retry)
                .verdict();
    }

    /** A key that nobody has used in its time. */
    private static Verdict expired(Probe probe) {
        WireRequest request = probe.request(probe.newKey());
        Duration lifetime = probe.target().keyLifetime();
        if (lifetime == null) {
            throw new IllegalStateException("The case needs a lifetime");
        }
        // Lifetimes may be kept in whole seconds.
        probe.session().budget().pause(lifetime.plusMillis(1100));
        Tally tally = probe.tally();
        WireResponse late = probe.send(request);
        return new Checks()
                .refused("the late request", late)
                .executed(tally, 0, late)
                .verdict();
    }

    private static Verdict foreign(Probe probe) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey());
        WireResponse other = probe.send(probe.by(request, probe.target().secondCredential()));
        if (other.status() == 401 || other.status() == 403) {
            return new NotObservable(
                    "The second caller got " + other.status() + "; give a credential that may do the same");
        }
        return new Checks()
                .refused("the other caller", other)
                .executed(tally, 0, other)
                .verdict();
    }

    private static Verdict forged(Probe probe) {
        Tally tally = probe.tally();
        String issued = probe.newKey().value();
        // Not the last character: of some encodings its lowest bits mean nothing.
        int middle = issued.length() / 2;
        char changed = issued.charAt(middle) == 'a' ? 'b' : 'a';
        String forgery = issued.substring(0, middle) + changed + issued.substring(middle + 1);
        TestKey made = probe.session().randomKey();
        if (issued.isEmpty()) {
            return new NotApplicable("The issuing endpoint gave an empty key");
        }
        WireResponse forged = probe.send(probe.request(new TestKey(forgery, made.firstSent())));
        WireResponse own = probe.send(probe.request(made));
        return new Checks()
                .refused("the changed key", forged)
                .refused("the key of the caller", own)
                .executed(tally, 0, forged, own)
                .verdict();
    }
}
