package dev.reprise.conformance.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** The pages of {@code docs/rules}, which are part of this module. */
final class RulePages {
    private static final Parser PARSER = Parser.builder().build();
    private static final HtmlRenderer RENDERER =
            HtmlRenderer.builder().escapeHtml(true).sanitizeUrls(true).build();

    private RulePages() {}

    /** The page of a rule, as a part of an HTML page; empty if there is none. */
    static Optional<String> html(String rule) {
        return markdown(rule).map(text -> RENDERER.render(PARSER.parse(text)));
    }

    static Optional<String> markdown(String rule) {
        try (InputStream page = RulePages.class.getResourceAsStream("rules/" + rule + ".md")) {
            return page == null
                    ? Optional.empty()
                    : Optional.of(new String(page.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("The page of rule " + rule + " cannot be read", e);
        }
    }
}
