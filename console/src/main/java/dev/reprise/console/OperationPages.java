package dev.reprise.console;

import dev.reprise.Body;
import dev.reprise.console.operations.ListedState;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.Progress;
import dev.reprise.console.operations.Progress.StepView;
import dev.reprise.console.operations.RecordedResponse;
import dev.reprise.console.operations.RecordedResponse.Encoding;
import dev.reprise.console.templates.JteoperationGenerated;
import dev.reprise.console.text.Choice;
import dev.reprise.console.view.ActionLink;
import dev.reprise.console.view.AnswerView;
import dev.reprise.console.view.Fact;
import dev.reprise.console.view.Frame;
import dev.reprise.console.view.OperationPage;
import dev.reprise.console.view.OperationRow;
import dev.reprise.console.view.StepRow;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One operation, with all that is known of it. */
final class OperationPages {
    /** How much of a content is shown. */
    private static final int SHOWN = 16 << 10;

    private final Site site;

    OperationPages(Site site) {
        this.site = site;
    }

    ConsoleResponse page(Visit visit) {
        Optional<OperationView> found = site.operations().find(visit.operation().id());
        if (found.isEmpty()) {
            return site.gone(visit);
        }
        OperationView view = found.get();
        OperationRow row = Wording.row(view, site.now(), site.mount());
        RecordedResponse response = view.response();
        OperationPage page = new OperationPage(
                row,
                facts(view),
                response == null ? null : answer(response, site.at("/operation/content?op=" + row.ref())),
                steps(view, row.ref()),
                view.progress() != null,
                actions(view, row.ref()));
        Frame frame = visit.frame(view.key());
        return Answers.page(
                200,
                visit.nonce(),
                (output, interceptor) -> JteoperationGenerated.render(output, interceptor, frame, page));
    }

    /** The whole content of the recorded answer, as a file. */
    ConsoleResponse content(Visit visit) {
        RecordedResponse response = site.operations()
                .find(visit.operation().id())
                .map(OperationView::response)
                .orElse(null);
        return response == null
                ? site.gone(visit)
                : Answers.file("content", "application/octet-stream", bytes(response));
    }

    private static byte[] bytes(RecordedResponse response) {
        return switch (response.encoding()) {
            case TEXT -> response.body().getBytes(StandardCharsets.UTF_8);
            case BASE64 -> Base64.getDecoder().decode(response.body());
            case OMITTED, LEFT_OUT, ENCRYPTED -> Body.EMPTY.bytes();
        };
    }

    /** An answer as a page shows it. */
    static AnswerView answer(RecordedResponse response, @Nullable String whole) {
        String body = response.body();
        boolean longer = body.length() > SHOWN;
        int length = bytes(response).length;
        String note = switch (response.encoding()) {
            case TEXT -> length == 0 ? "There is no content." : "The content is text: " + Wording.bytes(length) + ".";
            case BASE64 -> "The content is no text, and shown in Base64: " + Wording.bytes(length) + ".";
            case OMITTED -> "The content was not recorded.";
            case LEFT_OUT -> "The content is not shown here.";
            case ENCRYPTED -> "Fields and content are encrypted, and this process has not the keys.";
        };
        boolean more = longer || response.encoding() == Encoding.BASE64;
        return new AnswerView(
                String.valueOf(response.status()),
                response.headers(),
                longer ? body.substring(0, SHOWN) + "\n…" : body,
                longer ? note + " This is its beginning." : note,
                more ? whole : null);
    }

    private List<Fact> facts(OperationView view) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Key", view.key()));
        facts.add(new Fact("Route", view.route()));
        facts.add(new Fact("Caller", view.principal()));
        facts.add(new Fact("Fencing token", String.valueOf(view.token())));
        facts.add(new Fact("Attempts", String.valueOf(view.attempt())));
        facts.add(new Fact("First claimed", Wording.time(view.createdAt())));
        add(facts, "Owner", view.owner());
        add(facts, "Lease until", Wording.time(view.leaseEnd()));
        add(facts, view.state() == ListedState.UNKNOWN ? "Unknown since" : "Finished", Wording.time(view.endedAt()));
        add(facts, "Kept until", Wording.time(view.expiresAt()));
        add(facts, "Reason", view.reason());
        Progress progress = view.progress();
        if (progress != null) {
            facts.add(new Fact("Type", progress.type() + ", version " + progress.version()));
            facts.add(new Fact("Attempts since a step was finished", String.valueOf(progress.idleAttempts())));
            add(facts, "Waits until", Wording.time(progress.notBefore()));
            add(facts, "Waits for", progress.awaitsAnswer() ? "an answer" : null);
            add(facts, "Last error", progress.lastError());
        }
        return facts;
    }

    private static void add(List<Fact> facts, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            facts.add(new Fact(name, value));
        }
    }

    private List<StepRow> steps(OperationView view, String ref) {
        List<StepView> steps = view.progress() == null ? null : view.progress().steps();
        return steps == null
                ? List.of()
                : steps.stream().map(step -> step(view, step, ref)).toList();
    }

    private StepRow step(OperationView view, StepView step, String ref) {
        boolean retryable = view.state() != ListedState.COMPLETED && step.kind() != null;
        String name = URLEncoder.encode(step.name(), StandardCharsets.UTF_8);
        Long bytes = step.bytes();
        return new StepRow(
                Wording.time(step.at()),
                step.name(),
                step.kind() == null ? "" : Choice.written(step.kind()),
                String.valueOf(step.runs()),
                bytes == null ? "not finished" : Wording.bytes(bytes),
                step.finished(),
                retryable ? site.at("/operation/retry?op=" + ref + "&from=" + name) : null);
    }

    private List<ActionLink> actions(OperationView view, String ref) {
        List<ActionLink> actions = new ArrayList<>();
        boolean waits = view.state() == ListedState.WAITING;
        if (view.progress() != null && (waits || view.state() == ListedState.UNKNOWN)) {
            actions.add(new ActionLink("Resume", site.at("/operation/resume?op=" + ref), false));
        }
        if (ReconcilePages.isOffered(site, view)) {
            actions.add(new ActionLink("Reconcile now", site.at(ReconcilePages.PATH + "?op=" + ref), false));
        }
        if (view.stuck() || waits) {
            actions.add(new ActionLink("Resolve", site.at("/operation/resolve?op=" + ref), false));
            actions.add(new ActionLink("Release", site.at("/operation/release?op=" + ref), true));
        }
        return actions;
    }
}
