package dev.reprise.conformance.check;

import dev.reprise.conformance.Level;
import dev.reprise.conformance.Source;
import dev.reprise.conformance.Target;
import dev.reprise.conformance.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * One thing that can be seen from outside.
 *
 * @param word tells it from the other cases of its rule
 * @param needs what must be known of the target
 * @param after identifiers of cases without which this one cannot be judged; none of a lesser level
 */
record Case(
        String rule,
        String word,
        Level level,
        String title,
        String expected,
        List<Source> sources,
        List<Need> needs,
        List<String> after,
        Script script) {
    Case {
        sources = List.copyOf(sources);
        needs = List.copyOf(needs);
        after = List.copyOf(after);
    }

    /** What a case does. */
    interface Script {
        /** Sends, looks, and judges. */
        Verdict run(Probe probe);
    }

    static CaseBuilder must(String rule, String word, String title) {
        return new CaseBuilder(rule, word, Level.MUST, title);
    }

    static CaseBuilder should(String rule, String word, String title) {
        return new CaseBuilder(rule, word, Level.SHOULD, title);
    }

    /** What no standard asks for. */
    static CaseBuilder ours(String rule, String word, String title) {
        return new CaseBuilder(rule, word, Level.OURS, title);
    }

    /** The same as somebody else demands it. */
    Case at(Level demanded, Source by) {
        return new Case(rule, word, demanded, title, expected, List.of(by), needs, after, script);
    }

    String id() {
        return rule + "-" + word;
    }

    /** Why the case does not apply to the target; empty if it does. */
    Optional<String> inapplicable(Target target) {
        return needs.stream()
                .filter(need -> !need.met().test(target))
                .map(Need::why)
                .findFirst();
    }
}
