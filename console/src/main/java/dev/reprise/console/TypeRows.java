package dev.reprise.console;

import dev.reprise.OperationType;
import dev.reprise.console.view.TypeRow;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.ResumableStore.Backlog;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What there is to say of types with steps: those that are paused, and each version of which something waits. Thread-safe. */
final class TypeRows {
    /**
     * Nodes look for work every half second by default, and take what has waited longest first. What has waited for so much longer
     * was not overlooked.
     */
    static final Duration OVERDUE = Duration.ofMinutes(2);

    private static final Comparator<Backlog> ORDER = Comparator.comparing(
                    (Backlog backlog) -> backlog.type().name())
            .thenComparingInt(backlog -> backlog.type().version());

    private final Site site;

    TypeRows(Site site) {
        this.site = site;
    }

    /**
     * What a store says of types with steps.
     *
     * @param backlog what could be gone on with
     * @param paused the types that are paused
     */
    record Types(List<Backlog> backlog, Set<String> paused) {
        static Types of(ResumableStore<?> store) {
            return new Types(store.backlog(), store.paused());
        }
    }

    List<TypeRow> rows(Types types) {
        List<TypeRow> rows = new ArrayList<>();
        Set<OperationType> here = site.settings().types().get();
        types.backlog().stream().sorted(ORDER).forEach(backlog -> rows.add(row(backlog, types.paused(), here)));
        Set<String> rest = new TreeSet<>(types.paused());
        rest.removeAll(types.backlog().stream().map(one -> one.type().name()).collect(Collectors.toSet()));
        rest.forEach(name ->
                rows.add(new TypeRow(name, "", "0", "", "", "", false, true, operations(name), change(name, true))));
        return rows;
    }

    private TypeRow row(Backlog backlog, Set<String> pausedTypes, Set<OperationType> here) {
        String name = backlog.type().name();
        boolean paused = pausedTypes.contains(name);
        boolean overdue = !paused && backlog.oldest().compareTo(OVERDUE) > 0;
        return new TypeRow(
                name,
                String.valueOf(backlog.type().version()),
                Wording.number(backlog.operations()),
                Wording.age(backlog.oldest()),
                Wording.number(backlog.atWork()),
                overdue ? overdue(backlog, here) : runs(backlog, here),
                overdue,
                paused,
                operations(name),
                change(name, paused));
    }

    /** Where somebody is at work, nobody can tell from outside whether they are few, slow, or only begin new ones. */
    private static String overdue(Backlog backlog, Set<OperationType> here) {
        if (backlog.atWork() > 0) {
            return "The oldest has waited for long, although somebody is at work on others: see how quickly those are finished.";
        }
        return here.contains(backlog.type())
                ? "Nobody goes on with it, although this process has its code: see whether the engine is paused, or has problems."
                : "Nobody goes on with it: deploy a node that has the code of version "
                        + backlog.type().version() + ", or pause the type.";
    }

    private static String runs(Backlog backlog, Set<OperationType> here) {
        return here.contains(backlog.type()) ? "This process runs it." : "";
    }

    private String operations(String name) {
        return site.at("/operations" + query(name));
    }

    private String change(String name, boolean paused) {
        return site.at((paused ? "/type/unpause" : "/type/pause") + query(name));
    }

    private static String query(String name) {
        return "?type=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
    }
}
