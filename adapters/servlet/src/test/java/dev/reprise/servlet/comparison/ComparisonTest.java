package dev.reprise.servlet.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.servlet.Container;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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
 */
@ParameterizedClass
@EnumSource
class ComparisonTest {
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

    @BeforeParameterizedClassInvocation
    static void start(Container container) throws Exception {
        without = new Host(container, false);
        with = new Host(container, true);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        Objects.requireNonNull(without).close();
        Objects.requireNonNull(with).close();
    }

    @ParameterizedTest
    @EnumSource
    void nobody_notices_the_filter(Table table) throws Exception {
        List<String> unwanted = new ArrayList<>();
        for (Row row : table.rows()) {
            Comparison comparison = Comparison.of(row, Objects.requireNonNull(without), Objects.requireNonNull(with));
            if (!wanted(row).containsAll(comparison.differences())) {
                unwanted.add(comparison.describe(container));
            }
        }

        assertThat(unwanted).as("unwanted differences").isEmpty();
    }

    private Set<Aspect> wanted(Row row) {
        Set<Aspect> wanted = EnumSet.noneOf(Aspect.class);
        WantedDifferences.all().stream()
                .filter(difference -> difference.isOf(row, container))
                .forEach(difference -> wanted.addAll(difference.aspects()));
        return wanted;
    }
}
