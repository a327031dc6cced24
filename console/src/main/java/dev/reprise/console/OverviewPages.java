package dev.reprise.console;

import dev.reprise.console.operations.ListedState;
import dev.reprise.console.operations.OperationCounts;
import dev.reprise.console.templates.JteliveGenerated;
import dev.reprise.console.templates.JteoverviewGenerated;
import dev.reprise.console.text.Choice;
import dev.reprise.console.view.CountCell;
import dev.reprise.console.view.Frame;
import dev.reprise.console.view.OperationRow;
import dev.reprise.console.view.OverviewPage;
import dev.reprise.console.view.TypeRow;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.ResumableStore.Backlog;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The page on which somebody begins. What it costs is bounded, whatever the number of operations and of those who look: it is worked out
 * once every few seconds at most. Thread-safe.
 */
final class OverviewPages {
    /** How many records of each state of the store are counted. */
    private static final int MOST = 10_000;

    private static final int STUCK = 20;
    private static final Duration FRESH = Duration.ofSeconds(3);
    private static final List<ListedState> ORDER = List.of(
            ListedState.UNKNOWN,
            ListedState.ABANDONED,
            ListedState.RUNNING,
            ListedState.WAITING,
            ListedState.COMPLETED);

    private final Site site;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Look latest;

    /** What there was at a time. */
    private record Look(Instant at, OperationCounts counts, Map<String, Long> backlog, Set<String> paused) {}

    OverviewPages(Site site) {
        this.site = site;
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
        Look look = look();
        List<CountCell> counts = ORDER.stream()
                .filter(state -> state != ListedState.WAITING || site.hasSteps())
                .map(state -> cell(state, look.counts()))
                .toList();
        List<OperationRow> stuck = look.counts().stuck().stream()
                .map(view -> Wording.row(view, look.at(), site.mount()))
                .toList();
        List<String> problems = Stream.concat(
                        site.settings().health().get().stream(), site.operations().problems().stream())
                .distinct()
                .toList();
        return new OverviewPage(
                counts, stuck, problems, site.hasSteps(), types(look), Wording.time(look.at()), job(), audit());
    }

    private Look look() {
        lock.lock();
        try {
            Instant now = site.now();
            Look present = latest;
            if (present == null || !now.isBefore(present.at().plus(FRESH)) || now.isBefore(present.at())) {
                present = new Look(now, site.operations().count(MOST, STUCK), backlog(), paused());
                latest = present;
            }
            return present;
        } finally {
            lock.unlock();
        }
    }

    private Map<String, Long> backlog() {
        Map<String, Long> byType = new TreeMap<>();
        ResumableStore<?> store = site.operations().resumable().orElse(null);
        if (store != null) {
            for (Backlog backlog : store.backlog()) {
                byType.merge(backlog.type().name(), backlog.operations(), Long::sum);
            }
        }
        return byType;
    }

    private Set<String> paused() {
        return site.operations().resumable().map(ResumableStore::paused).orElse(Set.of());
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

    private List<TypeRow> types(Look look) {
        Map<String, Long> types = new TreeMap<>(look.backlog());
        look.paused().forEach(type -> types.putIfAbsent(type, 0L));
        List<TypeRow> rows = new ArrayList<>();
        types.forEach((name, waiting) -> {
            String type = "?type=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
            boolean paused = look.paused().contains(name);
            rows.add(new TypeRow(
                    name,
                    Wording.number(waiting),
                    paused,
                    site.at("/operations" + type),
                    site.at((paused ? "/type/unpause" : "/type/pause") + type)));
        });
        return rows;
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
