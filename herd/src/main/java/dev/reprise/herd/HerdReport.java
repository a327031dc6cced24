package dev.reprise.herd;

import java.awt.Color;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The outcomes of a scenario as a table, as a CSV file and as a chart. */
final class HerdReport {
    private final Scenario scenario;
    private final List<HerdOutcome> outcomes;

    HerdReport(Scenario scenario, List<HerdOutcome> outcomes) {
        this.scenario = scenario;
        this.outcomes = outcomes;
    }

    void print(PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%,d clients, a call every %d s each; the server answers %,.0f calls/s, is down for %d s; seed %d%n%n",
                scenario.clients(),
                scenario.thinking().toSeconds(),
                scenario.capacity(),
                scenario.outage().toSeconds(),
                scenario.seed());
        String form = "| %-28s | %12s | %12s | %12s | %14s | %10s |%n";
        out.printf(form, "clients retry with", "calls sent", "in vain", "given up", "peak, calls/s", "recovery");
        out.println("|---|---|---|---|---|---|");
        for (HerdOutcome outcome : outcomes) {
            out.printf(
                    Locale.ROOT,
                    form,
                    outcome.variant().name(),
                    String.format(Locale.ROOT, "%,d", outcome.sent()),
                    String.format(Locale.ROOT, "%,d", outcome.wasted()),
                    String.format(Locale.ROOT, "%,d", outcome.lost()),
                    String.format(Locale.ROOT, "%,d", outcome.peak()),
                    recovery(outcome));
        }
    }

    private static String recovery(HerdOutcome outcome) {
        return outcome.recovery() == null
                ? "never"
                : String.format(Locale.ROOT, "%.1f s", outcome.recovery().toMillis() / 1000.0);
    }

    void writeCsv(Path file) throws IOException {
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
            out.println("seconds,clients_retry_with,calls_per_second,failures_per_second");
            for (HerdOutcome outcome : outcomes) {
                for (int i = 0; i < outcome.curve().length(); i++) {
                    out.printf(
                            Locale.ROOT,
                            "%.1f,\"%s\",%d,%d%n",
                            i / (double) Curve.PER_SECOND,
                            outcome.variant().name(),
                            outcome.curve().rate(i),
                            outcome.curve().failures(i));
                }
            }
        }
    }

    /**
     * Draws the arrivals; on a logarithmic scale, as the variants differ by powers of ten. Of those with a budget only the
     * one that it matters to: the others would lie on top of their twins.
     */
    void writeChart(Path file) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(1200)
                .height(600)
                .title(String.format(
                        Locale.ROOT,
                        "%,d clients, server down for %d s",
                        scenario.clients(),
                        scenario.outage().toSeconds()))
                .xAxisTitle("seconds")
                .yAxisTitle("calls per second")
                .build();
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        for (HerdOutcome outcome : outcomes) {
            if (outcome.variant().isTwin()) {
                continue;
            }
            Curve curve = outcome.curve();
            double[] seconds = IntStream.range(0, curve.length())
                    .mapToDouble(i -> i / (double) Curve.PER_SECOND)
                    .toArray();
            // A logarithm has no zero.
            double[] rates = IntStream.range(0, curve.length())
                    .mapToDouble(i -> Math.max(1, curve.rate(i)))
                    .toArray();
            chart.addSeries(outcome.variant().name(), seconds, rates).setMarker(SeriesMarkers.NONE);
        }
        ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", file.toFile());
    }
}
