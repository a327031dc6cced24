package dev.reprise.gateway.command;

import dev.reprise.gateway.config.Choice;
import dev.reprise.gateway.operations.OperationView;
import dev.reprise.gateway.operations.RecordedResponse;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/** A table of operations, each column as wide as what is in it. */
final class Listing {
    private static final List<String> TITLES = List.of("STATE", "KEY", "ROUTE", "PRINCIPAL", "CREATED", "DETAIL");

    private Listing() {}

    static void print(PrintWriter out, Ansi ansi, List<OperationView> operations) {
        if (operations.isEmpty()) {
            out.println("No operations");
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(TITLES);
        operations.forEach(operation -> rows.add(row(operation)));
        int[] widths = new int[TITLES.size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        out.println(ansi.string("@|bold " + line(TITLES, widths) + "|@"));
        rows.subList(1, rows.size()).forEach(row -> out.println(line(row, widths)));
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            line.append(cell).append(" ".repeat(widths[column] - cell.length() + 2));
        }
        return line.toString().stripTrailing();
    }

    private static List<String> row(OperationView operation) {
        return List.of(
                Choice.written(operation.state()),
                printable(operation.key()),
                printable(operation.route()),
                printable(operation.principal()),
                time(operation.createdAt()),
                printable(detail(operation)));
    }

    private static String detail(OperationView operation) {
        RecordedResponse response = operation.response();
        return switch (operation.state()) {
            case RUNNING -> "attempt " + operation.attempt() + ", lease until " + time(operation.leaseEnd());
            case UNKNOWN -> String.valueOf(operation.reason());
            case COMPLETED ->
                (response == null ? "" : response.status() + ", ") + "kept until " + time(operation.expiresAt());
        };
    }

    private static String time(@Nullable Instant instant) {
        return instant == null ? "" : instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Services and callers choose some of these words, and a terminal obeys control characters. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
