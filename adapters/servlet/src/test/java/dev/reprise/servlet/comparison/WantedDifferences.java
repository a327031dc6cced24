package dev.reprise.servlet.comparison;

import static dev.reprise.servlet.comparison.Aspect.SEEN;

import dev.reprise.servlet.Container;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Where the filter is noticed, and why that is better than not being noticed. Each of them is to be seen. */
final class WantedDifferences {
    private static final Set<Container> BOTH = EnumSet.allOf(Container.class);

    private final List<WantedDifference> all = new ArrayList<>();

    private WantedDifferences() {}

    static List<WantedDifference> all() {
        WantedDifferences wanted = new WantedDifferences();
        wanted.requests();
        wanted.forms();
        wanted.answers();
        wanted.errors();
        wanted.asynchronous();
        return wanted.all;
    }

    private void in(Container container, String rows, String reason, Aspect... aspects) {
        all.add(new WantedDifference(Set.of(container), Pattern.compile(rows), Set.of(aspects), reason));
    }

    private void inBoth(String rows, String reason, Aspect... aspects) {
        all.add(new WantedDifference(BOTH, Pattern.compile(rows), Set.of(aspects), reason));
    }

    private void requests() {
        inBoth(
                ".* / unwrapped parameters",
                "Whoever unwraps a request gets the container's own, and that has nothing left of its body",
                SEEN);
    }

    private void forms() {}

    private void answers() {}

    private void errors() {}

    private void asynchronous() {}
}
