package dev.reprise.console;

import dev.reprise.console.SharedLook.Seen;
import dev.reprise.console.TypeRows.Types;
import dev.reprise.console.operations.ListedState;
import dev.reprise.console.operations.OperationCounts;
import dev.reprise.console.templates.JteliveGenerated;
import dev.reprise.console.templates.JteoverviewGenerated;
import dev.reprise.console.text.Choice;
import dev.reprise.console.view.CountCell;
import dev.reprise.console.view.Frame;
import dev.reprise.console.view.OperationRow;
import dev.reprise.console.view.OverviewPage;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The page on which somebody begins. What it costs is bounded, whatever the number of operations and of those who look: it is worked out
 * once every few seconds at most. Thread-safe.
 */
final class OverviewPages {
    /** How many records of each state of the store are counted. */
    private static final int MOST = 10_000;

    private static final int STUCK = 20;
    private static final List<ListedState> ORDER = List.of(
            ListedState.UNKNOWN,
            ListedState.ABANDONED,
            ListedState.RUNNING,
            ListedState.WAITING,
            ListedState.COMPLETED);

    private final Site site;
    private final TypeRows types;
    private final SharedLook<Look> looks;

    /** What there was at a time. */
    private record Look(OperationCounts counts, Types types) {}

    OverviewPages(Site site) {
        this.site = site;
        this.types = new TypeRows(site);
        this.looks = new SharedLook<>(
                site.settings().clock(), () -> new Look(site.operations().count(MOST, STUCK), seenTypes()));
    }

    ConsoleResponse page(Visit visit) {
        OverviewPage page = overview();
        Frame frame = visit.frame("Overview");
        return Answers.page(
                200,
                visit.nonce(),
                (output, interceptor) -> JteoverviewGenerated.render(output, interceptor, frame, page));
    }

    ConsoleResponse live(Visit visit) {
        OverviewPage page = overview();
        Frame frame = visit.frame("Overview");
        return Answers.page(
                200, visit.nonce(), (output, interceptor) -> JteliveGenerated.render(output, interceptor, frame, page));
    }

    private OverviewPage overview() {
        Seen<Look> look = looks.look();
        OperationCounts counted = look.what().counts();
        List<CountCell> counts = ORDER.stream()
                .filter(state -> state != ListedState.WAITING || site.hasSteps())
                .map(state -> cell(state, counted))
                .toList();
        List<OperationRow> stuck = counted.stuck().stream()
                .map(view -> Wording.row(view, look.at(), site.mount()))
                .toList();
        return new OverviewPage(
                counts,
                stuck,
                site.problems(),
                site.hasSteps(),
                types.rows(look.what().types()),
                Wording.time(look.at()),
                looks.isOld(look),
                job(),
                audit());
    }

    private Types seenTypes() {
        return site.operations().resumable().map(Types::of).orElse(new Types(List.of(), Set.of()));
    }

    private CountCell cell(ListedState state, OperationCounts counts) {
        int count = counts.counts().getOrDefault(state, 0);
        String name = Choice.written(state);
        return new CountCell(
                name,
                Wording.number(count) + (counts.atLeast().contains(state) ? "+" : ""),
                site.at("/operations?state=" + name),
                count > 0 && state.isStuck());
    }

    private @Nullable String job() {
        return site.jobs().running() ? "Something is being done to many operations." : null;
    }

    private @Nullable String audit() {
        return site.operations().audit().kept()
                ? null
                : "What operators do to operations without steps is told in the log of the process only. Name a file for it: "
                        + "audit-file.";
    }
}
