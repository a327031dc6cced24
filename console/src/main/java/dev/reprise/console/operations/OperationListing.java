package dev.reprise.console.operations;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Operations that an operator asked for.
 *
 * @param operations in the order of the store
 * @param next what {@link OperationFilter#after} says to get what follows; null if nothing does
 * @param looked how many records were looked at, about
 */
public record OperationListing(
        List<OperationView> operations, @Nullable String next, int looked) {
    /** Copies the list. */
    public OperationListing {
        operations = List.copyOf(operations);
    }
}
