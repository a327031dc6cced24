package dev.reprise.conformance.report;

import dev.reprise.conformance.CaseResult;
import dev.reprise.conformance.Level;
import dev.reprise.conformance.Report;
import dev.reprise.conformance.Verdict.Fail;
import dev.reprise.conformance.Verdict.NotApplicable;
import dev.reprise.conformance.Verdict.NotObservable;
import dev.reprise.conformance.Verdict.Pass;
import java.io.StringWriter;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** The report for continuous integration, in the XML that JUnit's runners write. */
public final class JunitXmlReport {
    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter xml;
    private final Level level;

    private JunitXmlReport(Level level) throws XMLStreamException {
        this.level = level;
        xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
    }

    /**
     * The whole report; an obstacle is an error.
     *
     * @param level what counts as a failure; other findings are shown as skipped
     */
    public static String of(Report report, Level level) {
        try {
            JunitXmlReport writer = new JunitXmlReport(level);
            writer.write(report);
            return writer.text + "\n";
        } catch (XMLStreamException e) {
            throw new IllegalStateException("Text cannot be written to memory", e);
        }
    }

    private void write(Report report) throws XMLStreamException {
        boolean blocked = report.obstacle() != null;
        int failures = report.findings(level).size();
        long passed = report.count(Pass.class);
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", "reprise check " + report.kind() + " " + report.subject());
        xml.writeAttribute(
                "tests", Integer.toString(blocked ? 1 : report.results().size()));
        xml.writeAttribute("failures", Integer.toString(failures));
        xml.writeAttribute("errors", blocked ? "1" : "0");
        xml.writeAttribute("skipped", Long.toString(report.results().size() - passed - failures));
        xml.writeAttribute("time", seconds(report.took().toMillis()));
        xml.writeAttribute("timestamp", report.started().toString());
        if (report.obstacle() != null) {
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", "reprise.check");
            xml.writeAttribute("name", "It can be checked");
            xml.writeStartElement("error");
            xml.writeAttribute("message", clean(report.obstacle()));
            xml.writeEndElement();
            xml.writeEndElement();
        }
        for (CaseResult result : report.results()) {
            write(result);
        }
        xml.writeEndElement();
        xml.writeEndDocument();
        xml.flush();
    }

    private void write(CaseResult result) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", "reprise.check." + result.rule());
        xml.writeAttribute("name", result.id() + " " + result.title());
        xml.writeAttribute("time", seconds(result.took().toMillis()));
        switch (result.verdict()) {
            case Pass ignored -> {}
            case Fail ignored -> {
                if (level.includes(result.level())) {
                    failure(result);
                } else {
                    skipped(result);
                }
            }
            case NotApplicable ignored -> skipped(result);
            case NotObservable ignored -> skipped(result);
        }
        xml.writeEndElement();
    }

    private void failure(CaseResult result) throws XMLStreamException {
        xml.writeStartElement("failure");
        xml.writeAttribute("message", clean(result.verdict().remark()));
        xml.writeAttribute("type", result.level().label());
        StringBuilder story = new StringBuilder("Expected: " + result.expected());
        result.exchanges()
                .forEach(exchange -> story.append("\nSent: ")
                        .append(exchange.sent())
                        .append("\nCame: ")
                        .append(exchange.came()));
        xml.writeCharacters(clean(story.toString()));
        xml.writeEndElement();
    }

    private void skipped(CaseResult result) throws XMLStreamException {
        xml.writeStartElement("skipped");
        xml.writeAttribute(
                "message",
                clean(result.verdict().label() + ": " + result.verdict().remark()));
        xml.writeEndElement();
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.3f", millis / 1000.0);
    }

    /** Without the characters that XML 1.0 cannot say. */
    private static String clean(String dirty) {
        return dirty.replaceAll("[^\\x09\\x0A\\x0D\\x20-\\uD7FF\\uE000-\\uFFFD]", "\uFFFD");
    }
}
