package dev.reprise.conformance.check;

import dev.reprise.conformance.CheckLimits;
import dev.reprise.conformance.EffectQuery;
import dev.reprise.conformance.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What people read before anything is sent. */
final class Summary {
    private Summary() {}

    static List<String> of(Target target, CheckLimits limits) {
        List<String> lines = new ArrayList<>();
        lines.add("Sends     " + target.method() + " " + target.uri()
                + (target.body() == null
                        ? ", without a body"
                        : ", " + target.body().text().length() + " characters of "
                                + target.body().mediaType()));
        lines.add("          with keys in " + target.keyHeader() + ", profile "
                + target.profile().label());
        Baseline.derived(target)
                .ifPresent(payload -> lines.add("          and, as another body for the same key: " + payload.text()));
        EffectQuery query = target.effects();
        lines.add("Counts    "
                + (query == null
                        ? "effects by what tells two answers apart"
                        : "effects by GET " + query.uri() + " at "
                                + (query.pointer().isEmpty() ? "the top" : query.pointer())));
        lines.add(String.format(
                Locale.ROOT,
                "At most   %d requests in %d seconds, %s a second, %d at once; most of them are executed",
                limits.requests(),
                limits.total().toSeconds(),
                limits.perSecond() == Math.rint(limits.perSecond())
                        ? Long.toString((long) limits.perSecond())
                        : Double.toString(limits.perSecond()),
                limits.burst()));
        return lines;
    }
}
