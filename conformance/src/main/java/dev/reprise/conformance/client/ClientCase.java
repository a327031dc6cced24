package dev.reprise.conformance.client;

import dev.reprise.conformance.Level;
import dev.reprise.conformance.Source;
import dev.reprise.conformance.Verdict;
import java.util.List;
import java.util.Set;

/**
 * One thing that a client's requests show.
 *
 * @param word tells it from the other cases of its rule
 * @param scenarios which runs show it; all for none
 */
record ClientCase(
        String rule,
        String word,
        Level level,
        String title,
        String expected,
        List<Source> sources,
        Set<ClientScenario> scenarios,
        Judge judge) {
    ClientCase {
        sources = List.copyOf(sources);
        scenarios = Set.copyOf(scenarios);
    }

    /** Decides by what was recorded. */
    interface Judge {
        /** Judges these runs. */
        Verdict judge(List<Recording> runs);
    }

    String id() {
        return rule + "-" + word;
    }

    /** The runs that show it. */
    List<Recording> of(List<Recording> all) {
        return scenarios.isEmpty()
                ? all
                : all.stream().filter(run -> scenarios.contains(run.scenario())).toList();
    }
}
