package dev.reprise.console;

import dev.reprise.console.bulk.BulkKind;
import dev.reprise.console.operations.ListedState;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.operations.OperationListing;
import dev.reprise.console.templates.JteoperationsGenerated;
import dev.reprise.console.text.Choice;
import dev.reprise.console.view.ActionChoice;
import dev.reprise.console.view.FilterForm;
import dev.reprise.console.view.Frame;
import dev.reprise.console.view.ListPage;
import dev.reprise.console.view.OperationRow;
import dev.reprise.console.view.StateBox;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operations that are looked for, a page at a time. A page looks at so many records and no more, however few it finds. */
final class ListPages {
    private static final int PAGE = 50;
    private static final int LOOK_AT = 2_000;

    private final Site site;

    ListPages(Site site) {
        this.site = site;
    }

    ConsoleResponse page(Visit visit) {
        Parameters query = visit.query();
        ListPage page;
        try {
            page = found(query, filter(query));
        } catch (IllegalArgumentException e) {
            page = new ListPage(
                    form(query, String.valueOf(e.getMessage())),
                    List.of(),
                    "Nothing was looked for.",
                    null,
                    null,
                    "",
                    List.of());
        }
        Frame frame = visit.frame("Operations");
        ListPage shown = page;
        return Answers.page(
                200,
                visit.nonce(),
                (output, interceptor) -> JteoperationsGenerated.render(output, interceptor, frame, shown));
    }

    /** What the parameters ask for, those left out that somebody has not filled in. */
    static OperationFilter filter(Parameters query) {
        OperationFilter filter = OperationFilter.of(name -> {
            List<String> filled = query.filled(name);
            return name.equals("key") && query.has("begins")
                    ? filled.stream().map(ListPages::beginning).toList()
                    : filled;
        });
        return filter.page(filter.after(), PAGE, LOOK_AT);
    }

    private static String beginning(String key) {
        return key.endsWith(OperationFilter.CUT) ? key : key + OperationFilter.CUT;
    }

    private ListPage found(Parameters query, OperationFilter filter) {
        OperationListing listing = site.operations().list(filter);
        Instant now = site.now();
        List<OperationRow> rows = listing.operations().stream()
                .map(view -> Wording.row(view, now, site.mount()))
                .toList();
        String all = filter.conditions();
        return new ListPage(
                form(query, null),
                rows,
                summary(listing, filter),
                listing.next() == null ? null : place(all, listing.next()),
                filter.after() == null ? null : place(all, null),
                all,
                actions(listing, filter));
    }

    private static String summary(OperationListing listing, OperationFilter filter) {
        int found = listing.operations().size();
        String from = filter.after() == null ? "" : " further";
        if (listing.next() == null) {
            return found == 0
                    ? "There are no" + from + " operations like that."
                    : "These are all" + from + ": " + found + ".";
        }
        return found < filter.limit()
                ? "Looked at about " + Wording.number(listing.looked()) + " records and found " + found
                        + ". Go on to look at more."
                : "The first" + from + " " + found + ". Go on to see more.";
    }

    private String place(String conditions, @Nullable String after) {
        String from = after == null ? "" : "after=" + URLEncoder.encode(after, StandardCharsets.UTF_8);
        String between = conditions.isEmpty() || from.isEmpty() ? "" : "&";
        return site.at("/operations?" + conditions + between + from);
    }

    /** What can be done to many of them, as far as this page shows. */
    private List<ActionChoice> actions(OperationListing listing, OperationFilter filter) {
        return Arrays.stream(BulkKind.values())
                .filter(kind -> filter.states().isEmpty() || !Collections.disjoint(kind.states(), filter.states()))
                .filter(kind -> switch (kind) {
                    case RELEASE, RESOLVE -> true;
                    // Most routes say of none how it can be found out.
                    case RECONCILE ->
                        listing.operations().stream().anyMatch(view -> kind.suits(view, site.operations()));
                    case RESUME, RETRY -> site.hasSteps();
                })
                .map(kind -> new ActionChoice(Choice.written(kind), kind.label()))
                .toList();
    }

    private FilterForm form(Parameters query, @Nullable String error) {
        List<StateBox> boxes = Arrays.stream(ListedState.values())
                .filter(state -> state != ListedState.WAITING || site.hasSteps())
                .map(Choice::written)
                .map(name -> new StateBox(name, query.all("state").contains(name)))
                .toList();
        String key = query.first("key");
        boolean cut = key.endsWith(OperationFilter.CUT);
        return new FilterForm(
                boxes,
                cut ? key.substring(0, key.length() - 1) : key,
                cut || query.has("begins"),
                query.first("route"),
                query.first("principal"),
                query.first("type"),
                query.first("older-than"),
                query.first("attempts"),
                query.first("reason"),
                site.hasSteps(),
                error);
    }
}
