package dev.reprise.console;

import dev.reprise.OperationPolicy;
import dev.reprise.Response;
import dev.reprise.console.operations.EndingText;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.view.ConfirmPage;
import dev.reprise.console.view.HiddenField;
import dev.reprise.http.ReplayRules;
import dev.reprise.spi.Interventions.Action;
import dev.reprise.spi.Interventions.Intervention;
import dev.reprise.spi.ResumableStore;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The answer that retries of an unknown or abandoned operation get from now on: it is typed, checked, shown, and then recorded. */
final class ResolvePages {
    private static final String PATH = "/operation/resolve";

    private final Site site;

    ResolvePages(Site site) {
        this.site = site;
    }

    ConsoleResponse answer(Visit visit) {
        OperationRef ref = visit.operation();
        Optional<OperationView> found = site.operations().find(ref.id());
        if (found.isEmpty()) {
            return site.gone(visit);
        }
        Parameters form = visit.form();
        if (visit.request().method().equals("GET")) {
            return TypedAnswer.NOTHING.edit(visit, editor(found.get()));
        }
        TypedAnswer typed = TypedAnswer.of(form);
        if (!typed.right() || form.has("edit")) {
            return typed.edit(visit, editor(found.get()));
        }
        if (!form.has("do")) {
            return confirm(visit, found.get(), typed, null, null);
        }
        if (!visit.reasonProblem().isEmpty()) {
            return confirm(visit, found.get(), typed, visit.reasonProblem(), null);
        }
        if (!found.get().seen().equals(ref.seen())) {
            return confirm(visit, found.get(), typed, null, "Nothing was done. " + Wording.CHANGED);
        }
        String refusal = perform(visit, found.get(), typed.response()).orElse(null);
        return refusal == null
                ? Answers.see(site.at("/done?what=resolve&op=" + ref.text()))
                : confirm(visit, found.get(), typed, null, "Nothing was done: the operation " + refusal + ".");
    }

    private Optional<String> perform(Visit visit, OperationView view, Response response) {
        if (view.progress() == null) {
            return EndingText.refusal(site.operations().resolve(view.id(), view.seen(), response, visit.initiator()));
        }
        ResumableStore<?> store = site.operations().resumable().orElseThrow();
        Action action = new Action.Resolve(
                view.id(), view.seen(), ReplayRules.recordable(response), OperationPolicy.DEFAULT.retention());
        return EndingText.refusal(store.interventions()
                .intervene(new Intervention(action, visit.session().user().name(), visit.reason())));
    }

    private TypedAnswer.Editor editor(OperationView view) {
        String ref = new OperationRef(view.id(), view.seen()).text();
        return new TypedAnswer.Editor(
                "The operation with the key " + view.key() + " at " + view.route()
                        + " took effect, and its service would have answered this. Retries get it from then on.",
                site.at(PATH),
                List.of(new HiddenField("op", ref)),
                false,
                site.at("/operation?op=" + ref));
    }

    private ConsoleResponse confirm(
            Visit visit, OperationView view, TypedAnswer typed, @Nullable String error, @Nullable String refusal) {
        String ref = new OperationRef(view.id(), view.seen()).text();
        List<HiddenField> hidden = Stream.concat(Stream.of(new HiddenField("op", ref)), typed.hidden().stream())
                .toList();
        return ActionPages.confirm(
                visit,
                new ConfirmPage(
                        "Resolve",
                        List.of(
                                "The operation with the key " + view.key() + " at " + view.route() + " of "
                                        + view.principal() + " is: " + view.detail() + ".",
                                "Its retries get the answer below from now on, for 24 hours, and nothing is executed."),
                        site.at(PATH),
                        hidden,
                        visit.reason(),
                        error,
                        refusal,
                        false,
                        false,
                        "Resolve",
                        true,
                        site.at("/operation?op=" + ref),
                        null,
                        typed.view()));
    }
}
