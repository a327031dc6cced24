package dev.reprise.conformance.report;

import dev.reprise.conformance.CaseResult;
import dev.reprise.conformance.CaseResult.Exchange;
import dev.reprise.conformance.Report;
import dev.reprise.conformance.Verdict.Fail;
import dev.reprise.conformance.Verdict.NotApplicable;
import dev.reprise.conformance.Verdict.NotObservable;
import dev.reprise.conformance.Verdict.Pass;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The report for a terminal: a line for each case, and then the whole story of those that failed. Immutable. */
public final class TextReport {
    private static final int NARROWEST = 60;
    private static final int MARGIN = 4;
    private static final int LABEL_WIDTH = 10;
    private static final int MARK_WIDTH = 4;
    private static final int LEVEL_WIDTH = 6;

    private final int width;
    private final boolean colour;
    private final int idWidth;

    /**
     * A report of that shape.
     *
     * @param width of the terminal, in characters
     * @param colour whether it shows colours
     * @param idWidth the length of the longest identifier of a case
     */
    public TextReport(int width, boolean colour, int idWidth) {
        this.width = Math.max(NARROWEST, width);
        this.colour = colour;
        this.idWidth = idWidth;
    }

    /** One line for one case, and its remark below where the case concerns the target and did not pass. */
    public String line(CaseResult result) {
        String id = pad(result.id(), idWidth);
        String level = pad(result.level().label(), LEVEL_WIDTH);
        int indent = MARK_WIDTH + idWidth + LEVEL_WIDTH + 6;
        List<String> lines = new ArrayList<>(wrap(result.title(), width - indent));
        switch (result.verdict()) {
            case Pass ignored -> {}
            case NotApplicable ignored -> {}
            case Fail fail -> lines.addAll(wrap(fail.complaint(), width - indent));
            case NotObservable unseen -> lines.addAll(wrap("not observable: " + unseen.why(), width - indent));
        }
        return mark(result) + "  " + id + "  " + level + "  " + String.join("\n" + " ".repeat(indent), lines);
    }

    /** The findings in full, and the sum. */
    public String end(Report report) {
        StringBuilder text = new StringBuilder();
        text.append(inapplicable(report));
        report.results().stream().filter(CaseResult::failed).forEach(result -> text.append(story(result)));
        if (report.headline() != null) {
            text.append('\n')
                    .append(red(String.join("\n", wrap(report.headline(), width))))
                    .append('\n');
        }
        if (report.obstacle() != null) {
            text.append(red("Cannot check: ")).append(String.join("\n", wrap(report.obstacle(), width - 14)));
            return text.append('\n').toString();
        }
        return text.append('\n')
                .append(String.join("\n", wrap(Verdicts.sum(report), width)))
                .append('\n')
                .toString();
    }

    /** What does not concern the target, by reason. */
    private String inapplicable(Report report) {
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        for (CaseResult result : report.results()) {
            if (result.verdict() instanceof NotApplicable notApplicable) {
                byReason.computeIfAbsent(notApplicable.why(), ignored -> new ArrayList<>())
                        .add(result.id());
            }
        }
        StringBuilder text = new StringBuilder(byReason.isEmpty() ? "" : "\nNot applicable:\n");
        byReason.forEach((why, ids) -> text.append(" ".repeat(MARGIN))
                .append(String.join(
                        "\n" + " ".repeat(MARGIN), wrap(String.join(", ", ids) + ": " + why, width - MARGIN)))
                .append('\n'));
        return text.toString();
    }

    private static String pad(String text, int length) {
        return text + " ".repeat(Math.max(0, length - text.length()));
    }

    private String story(CaseResult result) {
        StringBuilder text = new StringBuilder();
        text.append('\n')
                .append(red(String.join("\n", wrap(result.id() + "  " + result.title(), width))))
                .append('\n');
        paragraph(text, "expected", result.expected());
        result.sources()
                .forEach(source -> paragraph(
                        text, "source", source.name() + (source.uri() == null ? "" : " <" + source.uri() + ">")));
        for (Exchange exchange : result.exchanges()) {
            paragraph(text, "sent", exchange.sent());
            paragraph(text, "came", exchange.came());
        }
        paragraph(text, "verdict", result.verdict().remark());
        return text.toString();
    }

    private void paragraph(StringBuilder text, String label, String content) {
        int indent = MARGIN + LABEL_WIDTH;
        text.append(" ".repeat(MARGIN))
                .append(label)
                .append(" ".repeat(LABEL_WIDTH - label.length()))
                .append(String.join("\n" + " ".repeat(indent), wrap(content, width - indent)))
                .append('\n');
    }

    private String mark(CaseResult result) {
        return switch (result.verdict()) {
            case Pass ignored -> paint("pass", "32");
            case Fail ignored -> red("FAIL");
            case NotApplicable ignored -> paint("  - ", "2");
            case NotObservable ignored -> paint("  ? ", "33");
        };
    }

    private String red(String text) {
        return paint(text, "31;1");
    }

    private String paint(String text, String code) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    /** Breaks a text between words; a word that is too long stays whole, so that it can be copied. */
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
