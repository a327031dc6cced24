package dev.reprise.servlet.comparison;

import dev.reprise.servlet.Container;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A difference that is meant to be.
 *
 * @param containers where it is to be seen
 * @param rows the names of the rows
 * @param reason why it is wanted
 */
record WantedDifference(Set<Container> containers, Pattern rows, Set<Aspect> aspects, String reason) {
    boolean isOf(Row row, Container container) {
        return containers.contains(container) && rows.matcher(row.name()).matches();
    }
}
