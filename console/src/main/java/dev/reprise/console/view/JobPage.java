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
 * @param action what is done, or can be done to what was counted
 * @param then where it can be done to what was counted; null if it was not counted
 */
public record JobPage(
        boolean any,
        String heading,
        List<Fact> facts,
        boolean running,
        String action,
        @Nullable String then) {
    /** Before anything was done. */
    public static final JobPage NONE = new JobPage(false, "", List.of(), false, "", null);

    /** Copies the lists. */
    public JobPage {
        facts = List.copyOf(facts);
    }
}
