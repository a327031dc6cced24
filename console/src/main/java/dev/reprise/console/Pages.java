package dev.reprise.console;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which page answers which request. Who may change nothing gets no page on which something is changed. Thread-safe. */
final class Pages {
    /** Where something is changed. */
    static final Set<String> ACTIONS = Set.of(
            "/operation/release",
            "/operation/resolve",
            "/operation/resume",
            "/operation/retry",
            ReconcilePages.PATH,
            BulkSelection.CHOSEN,
            BulkSelection.ALL,
            "/job/stop",
            "/type/pause",
            "/type/unpause",
            "/purge");

    private final Site site;
    private final OverviewPages overview;
    private final ListPages list;
    private final OperationPages operation;
    private final ActionPages actions;
    private final ResolvePages resolve;
    private final ReconcilePages reconcile;
    private final BulkPages bulk;
    private final JobPages jobs;
    private final @Nullable ActivityPages activity;
    private final NodePages nodes;
    private final AuditPages audit;

    Pages(Site site) {
        this.site = site;
        this.overview = new OverviewPages(site);
        this.list = new ListPages(site);
        this.operation = new OperationPages(site);
        this.actions = new ActionPages(site);
        this.resolve = new ResolvePages(site);
        this.reconcile = new ReconcilePages(site);
        this.bulk = new BulkPages(site);
        this.jobs = new JobPages(site);
        this.activity = site.activity() == null ? null : new ActivityPages(site.activity());
        this.nodes = new NodePages(site);
        this.audit = new AuditPages(site);
    }

    /** The page; empty if there is none. */
    Optional<ConsoleResponse> answer(Visit visit) {
        String path = visit.request().path();
        if (ACTIONS.contains(path)) {
            return Optional.of(
                    visit.mayAct() ? act(visit, path) : site.notice(visit, 403, "That is not yours to do", why(visit)));
        }
        return visit.request().method().equals("GET") ? look(visit, path) : Optional.empty();
    }

    private String why(Visit visit) {
        return site.settings().readOnly()
                ? "This console only shows. Nothing was done."
                : visit.session().user().name() + " may see everything, and change nothing. Nothing was done.";
    }

    private Optional<ConsoleResponse> look(Visit visit, String path) {
        return switch (path) {
            case "/" -> Optional.of(overview.page(visit));
            case "/live" -> Optional.of(overview.live(visit));
            case "/sign-in" -> Optional.of(Answers.see(site.at("/")));
            case "/operations" -> Optional.of(list.page(visit));
            case "/operation" -> Optional.of(operation.page(visit));
            case "/operation/content" -> Optional.of(operation.content(visit));
            case "/job" -> Optional.of(jobs.page(visit));
            case "/job/live" -> Optional.of(jobs.live(visit));
            case "/activity" -> activity == null ? Optional.empty() : Optional.of(activity.page(visit));
            case "/activity/data" -> activity == null ? Optional.empty() : Optional.of(activity.data(visit));
            case "/nodes" -> Optional.of(nodes.page(visit));
            case "/audit" -> Optional.of(audit.page(visit));
            case "/audit.csv" -> Optional.of(audit.csv(visit));
            case "/audit.jsonl" -> Optional.of(audit.lines(visit));
            case "/done" -> Optional.of(actions.done(visit));
            default -> Optional.empty();
        };
    }

    private ConsoleResponse act(Visit visit, String path) {
        return switch (path) {
            case "/operation/resolve" -> resolve.answer(visit);
            case ReconcilePages.PATH -> reconcile.answer(visit);
            case BulkSelection.CHOSEN -> bulk.chosen(visit);
            case BulkSelection.ALL -> bulk.all(visit);
            case "/job/stop" -> jobs.stop(visit);
            default -> actions.answer(visit, path);
        };
    }
}
