package dev.reprise.console;

import dev.reprise.OperationType;
import dev.reprise.console.SharedLook.Seen;
import dev.reprise.console.operations.NodeView;
import dev.reprise.console.operations.NodesSeen;
import dev.reprise.console.templates.JtenodesGenerated;
import dev.reprise.console.view.Fact;
import dev.reprise.console.view.Frame;
import dev.reprise.console.view.NodeRow;
import dev.reprise.console.view.NodesPage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What runs: this process, and the nodes that are seen in the store by what they own. Bounded like the overview. Thread-safe. */
final class NodePages {
    /** How many operations that run are looked at. */
    private static final int MOST = 10_000;

    private static final int SHOWN = 100;

    private final Site site;
    private final SharedLook<NodesSeen> seen;

    NodePages(Site site) {
        this.site = site;
        this.seen = new SharedLook<>(
                site.settings().clock(), () -> site.operations().nodes(MOST));
    }

    ConsoleResponse page(Visit visit) {
        Seen<NodesSeen> look = seen.look();
        List<NodeView> nodes = look.what().nodes();
        NodesPage page = new NodesPage(
                facts(),
                site.problems(),
                nodes.stream()
                        .limit(SHOWN)
                        .map(node -> row(node, look.what().all(), look.at()))
                        .toList(),
                more(look.what()),
                Wording.time(look.at()),
                seen.isOld(look));
        Frame frame = visit.frame("Nodes");
        return Answers.page(
                200,
                visit.nonce(),
                (output, interceptor) -> JtenodesGenerated.render(output, interceptor, frame, page));
    }

    private static String more(NodesSeen nodes) {
        int hidden = nodes.nodes().size() - SHOWN;
        String left = hidden > 0 ? Wording.number(hidden) + " more are not shown. " : "";
        return nodes.all() ? left : left + "Only the first " + Wording.number(MOST) + " operations were looked at.";
    }

    private static NodeRow row(NodeView node, boolean all, Instant now) {
        return new NodeRow(
                node.name(),
                Wording.number(node.operations()),
                Wording.age(Duration.between(node.oldest(), now)),
                Wording.number(node.overdue()),
                note(node, all));
    }

    /** @param all whether all that runs was looked at; if not, the node may have leases that hold */
    private static String note(NodeView node, boolean all) {
        if (node.holdsNone()) {
            return all
                    ? "Probably gone: none of its leases holds. What it ran is among the abandoned operations."
                    : "None of its leases that were looked at holds.";
        }
        return node.overdue() > 0
                ? "It does not renew all of its leases: it may have stood still, or lost its store."
                : "";
    }

    private List<Fact> facts() {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Reprise", version()));
        facts.add(new Fact("Java", Runtime.version() + ", " + System.getProperty("java.vendor")));
        facts.add(new Fact("Process", String.valueOf(ProcessHandle.current().pid())));
        facts.add(new Fact("Started", started()));
        String store = site.settings().store();
        if (store != null) {
            facts.add(new Fact("Records", store));
        }
        if (site.hasSteps()) {
            facts.add(new Fact(
                    "Types with steps that it runs",
                    types(site.settings().types().get())));
        }
        facts.add(new Fact("Heap", heap(Runtime.getRuntime())));
        return facts;
    }

    private static String version() {
        String version = NodePages.class.getPackage().getImplementationVersion();
        return version == null ? "a version that its files do not tell" : version;
    }

    private static String started() {
        return ProcessHandle.current()
                .info()
                .startInstant()
                .map(start -> Wording.time(start) + ", " + Wording.age(Duration.between(start, Instant.now())) + " ago")
                .orElse("is not known");
    }

    private static String types(Set<OperationType> types) {
        return types.isEmpty()
                ? "none that the console knows of"
                : types.stream()
                        .sorted(Comparator.comparing(OperationType::name).thenComparingInt(OperationType::version))
                        .map(type -> type.name() + " version " + type.version())
                        .collect(Collectors.joining(", "));
    }

    private static String heap(Runtime runtime) {
        return mebibytes(runtime.totalMemory() - runtime.freeMemory()) + " used of at most "
                + mebibytes(runtime.maxMemory());
    }

    private static String mebibytes(long bytes) {
        return Wording.number(bytes >> 20) + " MiB";
    }
}
