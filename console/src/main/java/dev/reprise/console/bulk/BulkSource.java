package dev.reprise.console.bulk;

import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.operations.OperationListing;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.Operations;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where many operations come from, bit by bit. */
sealed interface BulkSource {
    /** What follows; from the start where that is null. */
    OperationListing next(@Nullable String after);

    /** How many of those that were looked at have been asked for; {@code suitable} is to how many it can be done. */
    int asked(OperationListing listing, int suitable);

    /** Those that a filter finds. */
    record Matching(Operations operations, OperationFilter filter) implements BulkSource {
        /** Enough for some batches: a store is asked less often where a filter finds few. */
        private static final int PAGE = 4 * BulkRun.BATCH;

        private static final int LOOK_AT = 2_000;

        @Override
        public OperationListing next(@Nullable String after) {
            return operations.list(filter.page(after, PAGE, LOOK_AT));
        }

        @Override
        public int asked(OperationListing listing, int suitable) {
            return suitable;
        }
    }

    /**
     * Those that somebody has chosen.
     *
     * @param chosen which
     * @param unchanged finds one of them, if it is as it was seen
     * @param <T> how they are named
     */
    record Chosen<T>(List<T> chosen, Function<T, Optional<OperationView>> unchanged) implements BulkSource {
        @Override
        public OperationListing next(@Nullable String after) {
            int from = after == null ? 0 : Integer.parseInt(after);
            int to = Math.min(chosen.size(), from + BulkRun.BATCH);
            List<OperationView> found = chosen.subList(from, to).stream()
                    .flatMap(one -> unchanged.apply(one).stream())
                    .toList();
            return new OperationListing(found, to == chosen.size() ? null : String.valueOf(to), to - from);
        }

        /** None of them may be missing in the end. */
        @Override
        public int asked(OperationListing listing, int suitable) {
            return listing.looked();
        }
    }
}
