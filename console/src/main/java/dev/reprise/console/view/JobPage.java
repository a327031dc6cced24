package dev.reprise.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done, or was done last, to many operations.
 *
 * @param number which; 0 if nothing was done yet
 * @param heading what
 * @param facts how far it is
 * @param running whether it goes on
 * @param action what is done, or can be done to what was counted
 * @param then where it can be done to what was counted; null if it was not counted
 */
public record JobPage(
        long number,
        String heading,
        List<Fact> facts,
        boolean running,
        String action,
        @Nullable String then) {
    /** Before anything was done. */
    public static final JobPage NONE = new JobPage(0, "", List.of(), false, "", null);

    /** Copies the lists. */
    public JobPage {
        facts = List.copyOf(facts);
    }

    /** Whether there is anything. */
    public boolean any() {
        return number > 0;
    }
}
