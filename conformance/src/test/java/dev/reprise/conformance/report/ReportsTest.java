package dev.reprise.conformance.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.conformance.CaseResult;
import dev.reprise.conformance.CaseResult.Exchange;
import dev.reprise.conformance.Level;
import dev.reprise.conformance.Profile;
import dev.reprise.conformance.Report;
import dev.reprise.conformance.Source;
import dev.reprise.conformance.Verdict;
import java.io.StringReader;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportsTest {
    private static final Report REPORT = report(List.of(
            result("S7-once", Level.MUST, new Verdict.Fail("It was executed <twice> & \"more\" \u0001 {{rules}}")),
            result("S8-retry-after", Level.SHOULD, new Verdict.Fail("No Retry-After")),
            result("S17-first", Level.MUST, new Verdict.Pass()),
            result("S13-revoked", Level.MUST, new Verdict.NotApplicable("No credential is known")),
            result("S12-timing", Level.SHOULD, new Verdict.NotObservable("Too much noise"))));

    private static Report report(List<CaseResult> results) {
        return new Report(
                "http://127.0.0.1/charges?a=b",
                URI.create("http://127.0.0.1/charges?a=b"),
                Profile.IETF,
                Instant.parse("2026-11-22T10:00:00.5Z"),
                Duration.ofSeconds(9),
                120,
                null,
                "This endpoint is not idempotent.",
                List.of("Executions are told apart by what is at /id"),
                results);
    }

    private static CaseResult result(String id, Level level, Verdict verdict) {
        return new CaseResult(
                id,
                id.split("-", 2)[0],
                level,
                "A title that is long enough to need more than one line on a narrow terminal",
                "What is expected",
                List.of(new Source("RFC 9110", URI.create("https://www.rfc-editor.org/rfc/rfc9110"))),
                List.of(new Exchange("POST /charges", "201, Location: /<script>")),
                verdict,
                Duration.ofMillis(5));
    }

    @Test
    void a_terminal_gets_lines_that_fit_and_the_story_of_each_finding() {
        TextReport text = new TextReport(70, false, 14);

        String all = text.line(REPORT.results().getFirst()) + "\n" + text.end(REPORT);

        assertThat(all.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(70));
        assertThat(all.replaceAll("\\s+", " "))
                .contains("FAIL S7-once")
                .contains("sent POST /charges")
                .contains("S13-revoked: No credential is known")
                .contains("This endpoint is not idempotent.")
                .contains("1 passed, 2 failed, 1 not applicable, 1 not observable; 120 requests in 9 s")
                .doesNotContain("\u001b");
        assertThat(new TextReport(70, true, 14).end(REPORT)).contains("\u001b[31;1m");
    }

    @Test
    void json_says_everything() {
        JsonNode json = JsonMapper.shared().readTree(JsonReport.of(REPORT));

        assertThat(json.path("profile").asString()).isEqualTo("ietf");
        assertThat(json.path("cases").size()).isEqualTo(5);
        assertThat(json.at("/cases/0/verdict").asString()).isEqualTo("fail");
        assertThat(json.at("/cases/0/exchanges/0/came").asString()).isEqualTo("201, Location: /<script>");
        assertThat(json.at("/cases/3/remark").asString()).isEqualTo("No credential is known");
    }

    @Test
    void junit_xml_is_well_formed_and_counts_failures_by_level() throws Exception {
        var suite = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(JunitXmlReport.of(REPORT, Level.MUST))))
                .getDocumentElement();

        assertThat(suite.getAttribute("tests")).isEqualTo("5");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        assertThat(suite.getAttribute("skipped")).isEqualTo("3");
        assertThat(suite.getElementsByTagName("failure").getLength()).isEqualTo(1);
        assertThat(suite.getElementsByTagName("skipped").getLength()).isEqualTo(3);
        assertThat(JunitXmlReport.of(REPORT, Level.SHOULD)).contains("failures=\"2\"");
    }

    @Test
    void the_html_page_needs_nothing_else_and_executes_nothing_that_came() {
        String html = HtmlReport.of(REPORT);

        assertThat(html)
                .contains("<h1>S7: A retry gets the recorded response</h1>")
                .contains("href=\"#rule-S7\"")
                .contains("id=\"rule-S7\"")
                .contains("It was executed &lt;twice&gt; &amp; &quot;more&quot;")
                .contains("prefers-color-scheme: dark")
                .doesNotContain("/<script>")
                .doesNotContain("{{")
                .doesNotContain(" src=")
                .doesNotContain("@import")
                .doesNotContain("<link");
    }
}
