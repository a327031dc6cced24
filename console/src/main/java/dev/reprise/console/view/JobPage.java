package dev.reprise.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done, or was done last, to many operations.
 *
 * @param any whether there is anything
 * @param heading what
 * @param facts how far it is
 * @param running whether it goes on
 * @param then where what was counted can be released; null if it was not counted
 */
public record JobPage(
        boolean any,
        String heading,
        List<Fact> facts,
        boolean running,
        @Nullable String then) {
    /** Copies the lists. */
    public JobPage {
        facts = List.copyOf(facts);
    }
}
