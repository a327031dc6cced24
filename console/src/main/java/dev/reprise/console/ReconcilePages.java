package dev.reprise.console;

import dev.reprise.console.bulk.BulkKind;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.ReconcileOutcome;
import dev.reprise.console.operations.RecordedResponse;
import dev.reprise.console.templates.JtereconciledGenerated;
import dev.reprise.console.text.Choice;
import dev.reprise.console.view.ConfirmPage;
import dev.reprise.console.view.Frame;
import dev.reprise.console.view.HiddenField;
import dev.reprise.console.view.ReconciledPage;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Has a reconciler asked now what happened to an operation whose outcome is unknown, and says what came of it (S33). Thread-safe. */
final class ReconcilePages {
    static final String PATH = "/operation/reconcile";

    private final Site site;

    ReconcilePages(Site site) {
        this.site = site;
    }

    /** Whether there is somebody to ask, and something to be asked. */
    static boolean isOffered(Site site, OperationView view) {
        return BulkKind.RECONCILE.suits(view, site.operations());
    }

    ConsoleResponse answer(Visit visit) {
        OperationRef ref = visit.operation();
        Optional<OperationView> found = site.operations().find(ref.id());
        if (found.isEmpty()) {
            return site.gone(visit);
        }
        OperationView view = found.get();
        if (!isOffered(site, view)) {
            return refused(visit, view);
        }
        boolean asks = visit.request().method().equals("POST");
        if (!view.seen().equals(ref.seen())) {
            return confirm(visit, view, null, (asks ? "Nothing was done. " : "") + Wording.CHANGED);
        }
        if (!asks) {
            return confirm(visit, view, null, null);
        }
        if (!visit.reasonProblem().isEmpty()) {
            return confirm(visit, view, visit.reasonProblem(), null);
        }
        return came(visit, ref, site.operations().reconcile(view.id(), view.seen(), visit.initiator()));
    }

    private ConsoleResponse refused(Visit visit, OperationView view) {
        return site.operations().hasReconciler(view.id())
                ? site.notice(
                        visit,
                        409,
                        "There is nothing to find out",
                        "The operation is " + Choice.written(view.state()) + ", and not unknown. Nothing was done.")
                : site.notice(
                        visit,
                        409,
                        "There is nobody to ask",
                        "This process has no reconciler for operations of " + view.route()
                                + ": nothing says who knows what happened to them. Nothing was done.");
    }

    private ConsoleResponse confirm(Visit visit, OperationView view, @Nullable String error, @Nullable String refusal) {
        String ref = new OperationRef(view.id(), view.seen()).text();
        return ActionPages.confirm(
                visit,
                new ConfirmPage(
                        "Reconcile now",
                        List.of(
                                "The operation with the key " + view.key() + " at " + view.route() + " of "
                                        + view.principal() + " is unknown: " + view.detail() + ".",
                                "Its reconciler is asked now what happened, which may take some seconds.",
                                "If it happened, its answer is recorded, and retries get that. If it did not, the key "
                                        + "becomes new, and the next request with it executes.",
                                "If that is still not known, nothing is changed."),
                        site.at(PATH),
                        List.of(new HiddenField("op", ref)),
                        visit.reason(),
                        error,
                        refusal,
                        false,
                        false,
                        "Reconcile now",
                        false,
                        site.at("/operation?op=" + ref),
                        null,
                        null));
    }

    private ConsoleResponse came(Visit visit, OperationRef ref, ReconcileOutcome outcome) {
        Optional<OperationView> now = site.operations().find(ref.id());
        RecordedResponse response = now.map(OperationView::response).orElse(null);
        String word =
                now.map(view -> new OperationRef(view.id(), view.seen()).text()).orElse(ref.text());
        ReconciledPage page = new ReconciledPage(
                outcome.text(),
                response == null ? null : OperationPages.answer(response, site.at("/operation/content?op=" + word)),
                now.isPresent() ? site.at("/operation?op=" + word) : site.at("/operations?state=unknown"),
                now.isPresent() ? "To the operation" : "To what is left");
        Frame frame = visit.frame(heading(outcome));
        return Answers.page(
                outcome.answered() ? 200 : 409,
                visit.nonce(),
                (output, interceptor) -> JtereconciledGenerated.render(output, interceptor, frame, page));
    }

    private static String heading(ReconcileOutcome outcome) {
        return switch (outcome.kind()) {
            case EXECUTED -> "It has happened";
            case NOT_EXECUTED -> "It did not happen";
            case STILL_UNKNOWN -> "It is still unknown";
            case NOT_WRITTEN -> "It was ended meanwhile";
            case OTHERS_TURN -> "Somebody else has the turn";
            case BUSY -> "Others are being asked about";
            case CHANGED -> "It has changed";
            case NOBODY_TO_ASK -> "There is nobody to ask";
        };
    }
}
