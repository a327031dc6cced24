package dev.reprise.servlet.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.servlet.Container;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Neither applications nor callers notice the filter: each row of the table is run without it and with it in each
 * container, and what the application saw and the caller got are compared. Where the filter is to be noticed,
 * {@link WantedDifferences} says why.
 *
 * <p>To add a row, add a line to one of the {@code ...Rows}: a name, a request, and what the application does.
 */
@ParameterizedClass
@EnumSource
class ComparisonTest {
    private static final List<WantedDifference> WANTED = WantedDifferences.all();
    private static final Set<WantedDifference> NOT_SEEN = new LinkedHashSet<>();
    private static final List<Table> RUN = new ArrayList<>();
    private static @Nullable Host without;
    private static @Nullable Host with;

    @Parameter
    private Container container = Container.JETTY;

    /** The rows by what they are about. */
    enum Table {
        BODIES,
        ANSWERS,
        ERRORS,
        ASYNCHRONOUS,
        SPRING,
        OUTSIDE;

        List<Row> rows() {
            return switch (this) {
                case BODIES -> BodyRows.rows();
                case ANSWERS -> ResponseRows.rows();
                case ERRORS -> ErrorRows.rows();
                case ASYNCHRONOUS -> AsyncRows.rows();
                case SPRING -> SpringRows.rows();
                case OUTSIDE -> OutsideRows.rows();
            };
        }
    }

    @BeforeAll
    static void expect() {
        RUN.clear();
        NOT_SEEN.addAll(WANTED);
    }

    @BeforeParameterizedClassInvocation
    static void start(Container container) throws Exception {
        without = new Host(container, false);
        with = new Host(container, true);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        Objects.requireNonNull(without).close();
        Objects.requireNonNull(with).close();
    }

    @ParameterizedTest
    @EnumSource
    void nobody_notices_the_filter(Table table) throws Exception {
        List<String> unwanted = new ArrayList<>();
        for (Row row : table.rows()) {
            Comparison comparison = Comparison.of(row, Objects.requireNonNull(without), Objects.requireNonNull(with));
            if (!wanted(row, comparison.differences()).containsAll(comparison.differences())) {
                unwanted.add(comparison.describe(container));
            }
        }
        RUN.add(table);

        assertThat(unwanted).as("unwanted differences").isEmpty();
    }

    private Set<Aspect> wanted(Row row, Set<Aspect> seen) {
        Set<Aspect> wanted = EnumSet.noneOf(Aspect.class);
        for (WantedDifference difference : WANTED) {
            if (difference.isOf(row, container)) {
                wanted.addAll(difference.aspects());
                if (difference.aspects().stream().anyMatch(seen::contains)) {
                    NOT_SEEN.remove(difference);
                }
            }
        }
        return wanted;
    }

    @AfterAll
    static void every_difference_that_is_wanted_was_seen() {
        if (RUN.size() == Table.values().length * Container.values().length) {
            assertThat(NOT_SEEN).as("wanted differences that are none").isEmpty();
        }
    }
}
