package dev.reprise.gateway.command;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Help.Ansi;

/** A table of operations, each column as wide as what is in it. */
final class OperationTable {
    private OperationTable() {}

    static void print(PrintWriter out, Ansi ansi, List<String> titles, List<List<String>> operations) {
        if (operations.isEmpty()) {
            out.println("No operations");
            return;
        }
        List<List<String>> rows =
                operations.stream().map(OperationTable::printable).toList();
        int[] widths = titles.stream().mapToInt(String::length).toArray();
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        out.println(ansi.string("@|bold " + line(titles, widths) + "|@"));
        rows.forEach(row -> out.println(line(row, widths)));
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            line.append(cell).append(" ".repeat(widths[column] - cell.length() + 2));
        }
        return line.toString().stripTrailing();
    }

    /** Services and callers choose some of these words, and a terminal obeys control characters. */
    private static List<String> printable(List<String> row) {
        return row.stream().map(OperationTable::printable).toList();
    }

    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
