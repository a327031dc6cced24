package dev.reprise.console;

import dev.reprise.console.bulk.BulkAction;
import dev.reprise.console.bulk.BulkKind;
import dev.reprise.console.bulk.BulkRun;
import dev.reprise.console.text.Choice;
import dev.reprise.console.view.AnswerView;
import dev.reprise.console.view.ConfirmPage;
import dev.reprise.console.view.HiddenField;
import dev.reprise.console.view.Notice;
import dev.reprise.console.view.StepField;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is done to those that were chosen, or to all that match a filter. First a page says what will happen and asks why, and for the
 * answer or the step if it takes one; all that match can be counted first.
 */
final class BulkPages {
    /** What form and address call what is to be done. */
    private static final String WHAT = "what";

    private static final int MOST_CHOSEN = 500;
    private static final String BUSY = "Nothing was begun: something is being done to many operations already.";

    private final Site site;

    BulkPages(Site site) {
        this.site = site;
    }

    /**
     * What somebody may be about to have done.
     *
     * @param kind what
     * @param selection to which operations
     * @param action the same, with all that it takes; null while that was not typed
     * @param typed what carries along what was typed
     * @param step the step that is typed on the page itself; null if it takes none
     * @param answer the answer that is recorded; null if none is
     */
    private record Proposal(
            BulkKind kind,
            BulkSelection selection,
            @Nullable BulkAction action,
            List<HiddenField> typed,
            @Nullable StepField step,
            @Nullable AnswerView answer) {
        private static Proposal of(BulkSelection selection, BulkAction action) {
            return new Proposal(action.kind(), selection, action, List.of(), null, null);
        }
    }

    ConsoleResponse all(Visit visit) {
        BulkKind kind = kind(visit);
        Parameters said = isSent(visit) ? Parameters.parse(visit.form().first("filter")) : visit.query();
        return answer(visit, kind, new BulkSelection.Matching(kind.of(ListPages.filter(said))));
    }

    ConsoleResponse chosen(Visit visit) {
        List<String> words = visit.form().all("op");
        if (words.isEmpty() || words.size() > MOST_CHOSEN) {
            return site.notice(
                    visit,
                    422,
                    words.isEmpty() ? "None is chosen" : "Too many are chosen",
                    "Choose up to " + MOST_CHOSEN + " in the list, or take all that match a filter.");
        }
        List<OperationRef> refs = words.stream().map(OperationRef::parse).toList();
        return answer(visit, kind(visit), new BulkSelection.Chosen(refs));
    }

    private static boolean isSent(Visit visit) {
        return visit.request().method().equals("POST");
    }

    private static BulkKind kind(Visit visit) {
        return Choice.parse(BulkKind.class, (isSent(visit) ? visit.form() : visit.query()).first(WHAT));
    }

    private ConsoleResponse answer(Visit visit, BulkKind kind, BulkSelection selection) {
        if (kind.isForSteps() && !site.hasSteps()) {
            return site.notice(visit, 404, "There is nothing like that", "There are no operations with steps here.");
        }
        if (isSent(visit) && visit.form().has("count")) {
            return counted(visit, kind, selection);
        }
        return switch (kind) {
            case RELEASE -> proposed(visit, Proposal.of(selection, new BulkAction.Release()));
            case RECONCILE -> proposed(visit, Proposal.of(selection, new BulkAction.Reconcile()));
            case RESOLVE -> resolve(visit, selection);
            case RESUME -> proposed(visit, Proposal.of(selection, new BulkAction.Resume()));
            case RETRY -> retry(visit, selection);
        };
    }

    private ConsoleResponse counted(Visit visit, BulkKind kind, BulkSelection selection) {
        if (!(selection instanceof BulkSelection.Matching matching)) {
            return site.notice(visit, 400, "That cannot be counted", "What was chosen is counted already.");
        }
        return begin(visit, selection, "", () -> BulkRun.counting(site.operations(), kind, matching.filter()))
                ? Answers.see(site.at("/job"))
                : site.notice(visit, 409, new Notice("It is not counted", BUSY, site.at("/job"), "Look at that"));
    }

    private boolean begin(Visit visit, BulkSelection selection, String reason, Supplier<BulkRun> run) {
        String by = visit.session().user().name();
        return site.jobs().begin(run, selection.inWords(), by, reason, selection.conditions());
    }

    private ConsoleResponse resolve(Visit visit, BulkSelection selection) {
        TypedAnswer.Editor editor = new TypedAnswer.Editor(
                "The unknown and abandoned ones among the operations took effect, and their service would have answered this "
                        + "to each of them. Retries get it from then on.",
                site.at(selection.path()),
                hidden(BulkKind.RESOLVE, selection, List.of()),
                selection.countable(),
                site.at(selection.list()));
        if (!isSent(visit) || !visit.form().has("status")) {
            return TypedAnswer.NOTHING.edit(visit, editor);
        }
        TypedAnswer typed = TypedAnswer.of(visit.form());
        if (!typed.right() || visit.form().has("edit")) {
            return typed.edit(visit, editor);
        }
        BulkAction action = new BulkAction.Resolve(typed.response());
        return proposed(visit, new Proposal(BulkKind.RESOLVE, selection, action, typed.hidden(), null, typed.view()));
    }

    private ConsoleResponse retry(Visit visit, BulkSelection selection) {
        String from = visit.form().first("from").strip();
        String problem =
                from.isEmpty() && isWanted(visit) ? "Say from which; the page of an operation names them" : null;
        return proposed(
                visit,
                new Proposal(
                        BulkKind.RETRY,
                        selection,
                        from.isEmpty() ? null : new BulkAction.Retry(from),
                        List.of(),
                        new StepField(from, problem),
                        null));
    }

    private static boolean isWanted(Visit visit) {
        return isSent(visit) && visit.form().has("do");
    }

    private ConsoleResponse proposed(Visit visit, Proposal proposal) {
        if (!isWanted(visit)) {
            return confirm(visit, proposal, null, null);
        }
        BulkAction action = proposal.action();
        if (action == null || !visit.reasonProblem().isEmpty()) {
            String problem = visit.reasonProblem();
            return confirm(visit, proposal, problem.isEmpty() ? null : problem, null);
        }
        BulkSelection selection = proposal.selection();
        return begin(
                        visit,
                        selection,
                        visit.reason(),
                        () -> selection.run(site.operations(), action, visit.initiator()))
                ? Answers.see(site.at("/job"))
                : confirm(visit, proposal, null, BUSY);
    }

    private ConsoleResponse confirm(Visit visit, Proposal proposal, @Nullable String error, @Nullable String refusal) {
        BulkKind kind = proposal.kind();
        BulkSelection selection = proposal.selection();
        List<String> happens = new ArrayList<>(selection.sentences());
        happens.addAll(kind.meaning());
        happens.add(
                "It happens in the background, in small batches with rests between them, and can be stopped. What is done by "
                        + "then stays done.");
        return ActionPages.confirm(
                visit,
                new ConfirmPage(
                        kind.label() + ": " + selection.which(),
                        happens,
                        site.at(selection.path()),
                        hidden(kind, selection, proposal.typed()),
                        visit.reason(),
                        error,
                        refusal,
                        false,
                        // Where an answer was typed, counting would lose it; it is offered before.
                        selection.countable() && proposal.answer() == null,
                        kind.label(),
                        kind.isFinal(),
                        site.at(selection.list()),
                        proposal.step(),
                        proposal.answer()));
    }

    private static List<HiddenField> hidden(BulkKind kind, BulkSelection selection, List<HiddenField> typed) {
        List<HiddenField> hidden = new ArrayList<>(List.of(new HiddenField(WHAT, Choice.written(kind))));
        hidden.addAll(selection.hidden());
        hidden.addAll(typed);
        return hidden;
    }
}
