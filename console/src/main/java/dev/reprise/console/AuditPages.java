package dev.reprise.console;

import dev.reprise.FencingToken;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Scope;
import dev.reprise.console.audit.AuditPage;
import dev.reprise.console.audit.AuditView;
import dev.reprise.console.templates.JteauditGenerated;
import dev.reprise.console.text.OperationsJson;
import dev.reprise.console.view.AuditRow;
import dev.reprise.console.view.AuditTable;
import dev.reprise.console.view.Frame;
import dev.reprise.spi.ResumableStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What operators have done, to be read and to be taken along. */
final class AuditPages {
    private static final int PAGE = 50;
    private static final int MOST_EXPORTED = 10_000;

    private final Site site;

    AuditPages(Site site) {
        this.site = site;
    }

    ConsoleResponse page(Visit visit) {
        boolean steps = steps(visit);
        String before = visit.query().first("before");
        AuditPage found = entries(steps, before.isEmpty() ? null : before, PAGE);
        AuditTable table = new AuditTable(
                found.entries().stream().map(entry -> row(entry, steps)).toList(),
                found.next() == null
                        ? null
                        : site.at("/audit?of=" + (steps ? "steps" : "records") + "&before=" + found.next()),
                steps,
                site.hasSteps(),
                note(steps));
        Frame frame = visit.frame("Audit");
        return Answers.page(
                200,
                visit.nonce(),
                (output, interceptor) -> JteauditGenerated.render(output, interceptor, frame, table));
    }

    private boolean steps(Visit visit) {
        return site.hasSteps() && visit.query().first("of").equals("steps");
    }

    private String note(boolean steps) {
        if (steps) {
            return "Kept in the database of the operations, in the transaction of each action.";
        }
        return site.operations().audit().kept()
                ? "Kept in a file to which lines are only added, each before the action is done."
                : "Told in the log of the process only, and not kept here: no audit-file is named.";
    }

    private AuditPage entries(boolean steps, @Nullable String before, int limit) {
        ResumableStore<?> store = site.operations().resumable().orElse(null);
        if (!steps || store == null) {
            return site.operations().audit().latest(before, limit);
        }
        long smaller = before == null ? Long.MAX_VALUE : number(before);
        List<AuditView> entries = store.interventions().audit(smaller, limit).stream()
                .map(AuditView::of)
                .toList();
        return new AuditPage(
                entries,
                entries.size() < limit ? null : String.valueOf(entries.getLast().number()));
    }

    private static long number(String before) {
        try {
            return Long.parseLong(before);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException('"' + before + "\" is no place in the audit", e);
        }
    }

    private AuditRow row(AuditView entry, boolean steps) {
        OperationId id = id(entry);
        return new AuditRow(
                Wording.time(entry.at()),
                entry.by(),
                entry.action(),
                id == null ? null : site.at("/operation?op=" + new OperationRef(id, FencingToken.NONE).text()),
                id == null ? "" : id.key().value() + " at " + id.scope().route(),
                entry.reason(),
                entry.before(),
                entry.outcome() == null ? (steps ? "done" : "not known") : entry.outcome());
    }

    private static @Nullable OperationId id(AuditView entry) {
        return entry.principal() == null || entry.route() == null || entry.key() == null
                ? null
                : new OperationId(new Scope(entry.principal(), entry.route()), new IdempotencyKey(entry.key()));
    }

    private List<AuditView> latest(Visit visit) {
        List<AuditView> all = new ArrayList<>();
        String before = null;
        do {
            AuditPage page = entries(steps(visit), before, Math.min(1_000, MOST_EXPORTED - all.size()));
            all.addAll(page.entries());
            before = page.next();
        } while (before != null && all.size() < MOST_EXPORTED);
        return all;
    }

    /** The latest {@value #MOST_EXPORTED} as JSON lines. */
    ConsoleResponse lines(Visit visit) {
        String text = latest(visit).stream()
                .map(entry -> OperationsJson.MAPPER.writeValueAsString(entry) + "\n")
                .collect(Collectors.joining());
        return Answers.file("audit.jsonl", "application/x-ndjson", text.getBytes(StandardCharsets.UTF_8));
    }

    /** The latest {@value #MOST_EXPORTED} as CSV (RFC 4180). */
    ConsoleResponse csv(Visit visit) {
        StringBuilder text = new StringBuilder();
        line(
                text,
                Stream.of("number", "at", "by", "action", "principal", "route", "key", "reason", "before", "outcome"));
        for (AuditView entry : latest(visit)) {
            line(
                    text,
                    Stream.of(
                            String.valueOf(entry.number()),
                            entry.at().toString(),
                            entry.by(),
                            entry.action(),
                            orEmpty(entry.principal()),
                            orEmpty(entry.route()),
                            orEmpty(entry.key()),
                            entry.reason(),
                            entry.before(),
                            orEmpty(entry.outcome())));
        }
        return Answers.file(
                "audit.csv", "text/csv; charset=utf-8", text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void line(StringBuilder text, Stream<String> cells) {
        text.append(cells.map(AuditPages::cell).collect(Collectors.joining(",")))
                .append("\r\n");
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** Spreadsheets take some beginnings for a formula, and obey it; an apostrophe makes it text. */
    static String cell(String text) {
        boolean formula = !text.isEmpty() && "=+-@\t\r\n＝＋－＠".indexOf(text.charAt(0)) >= 0;
        return '"' + (formula ? "'" : "") + text.replace("\"", "\"\"") + '"';
    }
}
