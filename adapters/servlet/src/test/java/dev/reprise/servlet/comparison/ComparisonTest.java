package dev.reprise.servlet.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.servlet.Container;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Applications and callers do not notice the filter, but where {@link WantedDifferences} says so. */
@ParameterizedClass
@EnumSource
class ComparisonTest {
    private static @Nullable Host without;
    private static @Nullable Host with;

    @Parameter
    private Container container = Container.JETTY;

    @BeforeParameterizedClassInvocation
    static void start(Container container) throws Exception {
        without = new Host(container, false);
        with = new Host(container, true);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        without.close();
        with.close();
    }

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.addAll(BodyRows.rows());
        rows.addAll(ResponseRows.rows());
        rows.addAll(ErrorRows.rows());
        rows.addAll(AsyncRows.rows());
        rows.addAll(SpringRows.rows());
        return rows;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void nobody_notices_the_filter(Row row) throws Exception {
        String key = UUID.randomUUID().toString();
        Host.Observed plain = without.run(row, key);
        Host.Observed first = with.run(row, key);
        Host.Observed retry = with.run(row, key);

        assertThat(text(aspects(first))).isEqualTo(text(aspects(plain)));
        assertThat(retry.calls()).isZero();
        assertThat(retry.reply().replayable()).isEqualTo(first.reply().replayable());
    }

    private static String text(Map<Aspect, String> a) {
        StringBuilder s = new StringBuilder();
        a.forEach((k, v) -> s.append(k).append(": ").append(v).append("\n"));
        return s.toString();
    }

    private static Map<Aspect, String> aspects(Host.Observed observed) {
        Map<Aspect, String> aspects = new EnumMap<>(observed.reply().aspects());
        aspects.put(Aspect.SEEN, observed.seen());
        return aspects;
    }
}
