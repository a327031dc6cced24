package dev.reprise.conformance.report;

import dev.reprise.conformance.CaseResult;
import dev.reprise.conformance.Report;
import dev.reprise.conformance.Source;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** The report as one HTML page that needs nothing else: not the network, and no script to be read. */
public final class HtmlReport {
    private static final String[] KINDS = {"fail", "not observable", "not applicable", "pass"};

    private HtmlReport() {}

    /** The whole page, with the pages of the rules that it speaks of. */
    public static String of(Report report) {
        return resource("report.html")
                .replace("{{style}}", resource("report.css"))
                .replace("{{script}}", resource("report.js"))
                .replace("{{target}}", escape(report.subject()))
                .replace("{{about}}", about(report))
                .replace("{{notice}}", notice(report))
                .replace("{{filters}}", filters(report))
                .replace(
                        "{{cases}}",
                        report.results().stream().map(HtmlReport::row).collect(Collectors.joining("\n")))
                .replace("{{rules}}", rules(report.results()));
    }

    private static String about(Report report) {
        return escape((report.profile() == null
                        ? "A client, "
                        : "Profile " + report.profile().label() + ", ")
                + report.started().toString().replaceAll("\\.[0-9]+Z", "Z") + ". " + Verdicts.sum(report) + "."
                + report.observations().stream().map(seen -> " " + seen + ".").collect(Collectors.joining()));
    }

    private static String notice(Report report) {
        String text = report.obstacle() == null ? report.headline() : "Cannot check: " + report.obstacle();
        return text == null ? "" : "<p class=\"notice\" role=\"alert\">" + escape(text) + "</p>";
    }

    private static String filters(Report report) {
        StringBuilder html = new StringBuilder();
        for (String kind : KINDS) {
            long count = report.results().stream()
                    .filter(result -> result.verdict().label().equals(kind))
                    .count();
            html.append("<label class=\"filter\"><input type=\"checkbox\" checked value=\"")
                    .append(name(kind))
                    .append("\"> ")
                    .append(kind)
                    .append(" <b>")
                    .append(count)
                    .append("</b></label>\n");
        }
        return html.toString();
    }

    private static String row(CaseResult result) {
        String verdict = result.verdict().label();
        return "<details class=\"case " + name(verdict) + "\" id=\"case-" + escape(result.id()) + "\""
                + (result.failed() ? " open" : "") + ">"
                + "<summary><span class=\"verdict\">" + verdict + "</span> <span class=\"id\">" + escape(result.id())
                + "</span> <span class=\"level\">" + result.level().label() + "</span> <span class=\"title\">"
                + escape(result.title()) + "</span></summary>"
                + "<dl>" + term("Expected", escape(result.expected()))
                + term("Source", sources(result))
                + result.exchanges().stream()
                        .map(exchange -> term("Sent", code(exchange.sent())) + term("Came", code(exchange.came())))
                        .collect(Collectors.joining())
                + (result.verdict().remark().isEmpty()
                        ? ""
                        : term("Verdict", escape(result.verdict().remark())))
                + "</dl></details>";
    }

    private static String sources(CaseResult result) {
        String page = "<a href=\"#rule-" + escape(result.rule()) + "\">Rule " + escape(result.rule()) + "</a>";
        return result.sources().stream()
                .filter(source -> source.uri() != null)
                .map(HtmlReport::link)
                .collect(Collectors.joining(
                        "; ", "", result.sources().stream().allMatch(s -> s.uri() == null) ? page : "; " + page));
    }

    private static String link(Source source) {
        return "<a href=\"" + escape(String.valueOf(source.uri())) + "\">" + escape(source.name()) + "</a>";
    }

    private static String rules(List<CaseResult> results) {
        return results.stream()
                .map(CaseResult::rule)
                .distinct()
                .map(rule -> "<section class=\"rule\" id=\"rule-" + escape(rule) + "\">"
                        + RulePages.html(rule).orElse("") + "</section>")
                .collect(Collectors.joining("\n"));
    }

    private static String term(String name, String html) {
        return "<dt>" + name + "</dt><dd>" + html + "</dd>";
    }

    private static String code(String text) {
        return "<code>" + escape(text) + "</code>";
    }

    private static String name(String verdict) {
        return verdict.replace(' ', '-');
    }

    /** Braces too: what came from outside must not look like a place to fill. */
    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;")
                .replace("{", "&#123;")
                .replace("}", "&#125;");
    }

    private static String resource(String name) {
        try (InputStream content = HtmlReport.class.getResourceAsStream(name)) {
            if (content == null) {
                throw new IllegalStateException("This build lacks " + name);
            }
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The part " + name + " of this build cannot be read", e);
        }
    }
}
