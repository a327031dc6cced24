package dev.reprise.conformance.check;

import dev.reprise.conformance.Level;
import dev.reprise.conformance.Source;
import java.util.ArrayList;
import java.util.List;

/** Describes a {@link Case}. */
final class CaseBuilder {
    private final String rule;
    private final String word;
    private final Level level;
    private final String title;
    private final List<Source> sources = new ArrayList<>();
    private final List<Need> needs = new ArrayList<>();
    private final List<String> after = new ArrayList<>();
    private String expected = "";

    CaseBuilder(String rule, String word, Level level, String title) {
        this.rule = rule;
        this.word = word;
        this.level = level;
        this.title = title;
    }

    CaseBuilder expecting(String text, Source... from) {
        expected = text;
        sources.addAll(List.of(from));
        return this;
    }

    CaseBuilder needing(Need... values) {
        needs.addAll(List.of(values));
        return this;
    }

    CaseBuilder after(String... ids) {
        after.addAll(List.of(ids));
        return this;
    }

    Case checkedBy(Case.Script script) {
        return new Case(rule, word, level, title, expected, sources, needs, after, script);
    }
}
