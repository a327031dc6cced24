package dev.reprise.servlet.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.servlet.Container;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Neither applications nor callers notice the filter: each row of the table is run without it and with it in each
 * container, and what the application saw and the caller got are compared. Where the filter is to be noticed,
 * {@link WantedDifferences} says why. Some rows wait until the caller gives up, so the tables run beside each other.
 *
 * <p>To add a row, add a line to one of the {@code ...Rows}: a name, a request, and what the application does.
 */
@Execution(ExecutionMode.CONCURRENT)
class ComparisonTest {
    private static final List<WantedDifference> WANTED = WantedDifferences.all();
    private static final Set<WantedDifference> NOT_SEEN = Collections.synchronizedSet(new LinkedHashSet<>());
    private static final Map<Container, Hosts> HOSTS = new EnumMap<>(Container.class);
    private static final AtomicInteger RUN = new AtomicInteger();

    /** The same container twice. */
    private record Hosts(Host without, Host with) {
        void close() {
            without.close();
            with.close();
        }
    }

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
    static void start() throws Exception {
        NOT_SEEN.addAll(WANTED);
        for (Container container : Container.values()) {
            HOSTS.put(container, new Hosts(new Host(container, false), new Host(container, true)));
        }
    }

    private static Stream<Arguments> everywhere() {
        return Stream.of(Container.values())
                .flatMap(container -> Stream.of(Table.values()).map(table -> Arguments.of(container, table)));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void nobody_notices_the_filter(Container container, Table table) throws Exception {
        Hosts hosts = Objects.requireNonNull(HOSTS.get(container));
        List<String> unwanted = new ArrayList<>();
        for (Row row : table.rows()) {
            Comparison comparison = Comparison.of(row, hosts.without(), hosts.with());
            if (!wanted(row, container, comparison.differences()).containsAll(comparison.differences())) {
                unwanted.add(comparison.describe(container));
            }
        }
        RUN.incrementAndGet();

        assertThat(unwanted).as("unwanted differences").isEmpty();
    }

    private static Set<Aspect> wanted(Row row, Container container, Set<Aspect> seen) {
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
        HOSTS.values().forEach(Hosts::close);
        if (RUN.get() == Table.values().length * Container.values().length) {
            assertThat(NOT_SEEN).as("wanted differences that are none").isEmpty();
        }
    }
}
