package dev.reprise.console;

import dev.reprise.OperationPolicy;
import dev.reprise.Response;
import dev.reprise.console.operations.EndingText;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.RecordedResponse;
import dev.reprise.console.operations.RecordedResponse.Encoding;
import dev.reprise.console.templates.JteresolveGenerated;
import dev.reprise.console.view.ConfirmPage;
import dev.reprise.console.view.Frame;
import dev.reprise.console.view.HiddenField;
import dev.reprise.console.view.ResolvePage;
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

    /** What was typed, and what is wrong with each part of it; empty if nothing is. */
    private record Typed(
            String status,
            String headers,
            String body,
            boolean base64,
            String statusProblem,
            String headersProblem,
            String bodyProblem) {
        private static Typed of(Parameters form) {
            String status = form.first("status").strip();
            String headers = form.first("headers").replace("\r\n", "\n");
            String body = form.first("body").replace("\r\n", "\n");
            boolean base64 = form.has("base64");
            return new Typed(
                    status,
                    headers,
                    body,
                    base64,
                    problem(() -> response(number(status), List.of(), "", false)),
                    problem(() -> response(200, lines(headers), "", false)),
                    problem(() -> response(200, List.of(), body, base64)));
        }

        private static int number(String status) {
            if (!status.matches("[0-9]{3}")) {
                throw new IllegalArgumentException("A status is a number of three digits, as in 201");
            }
            return Integer.parseInt(status);
        }

        private static List<String> lines(String headers) {
            return headers.lines().filter(line -> !line.isBlank()).toList();
        }

        private static Response response(int status, List<String> headers, String body, boolean base64) {
            String content = base64 ? body.replaceAll("\\s", "") : body;
            return new RecordedResponse(status, headers, content, base64 ? Encoding.BASE64 : Encoding.TEXT)
                    .toResponse();
        }

        private static String problem(Runnable check) {
            try {
                check.run();
                return "";
            } catch (IllegalArgumentException e) {
                return String.valueOf(e.getMessage());
            }
        }

        private boolean right() {
            return statusProblem.isEmpty() && headersProblem.isEmpty() && bodyProblem.isEmpty();
        }

        private Response response() {
            return response(number(status), lines(headers), body, base64);
        }
    }

    ConsoleResponse answer(Visit visit) {
        OperationRef ref = visit.operation();
        Optional<OperationView> found = site.operations().find(ref.id());
        if (found.isEmpty()) {
            return site.gone(visit);
        }
        Parameters form = visit.form();
        if (visit.request().method().equals("GET")) {
            return editor(visit, 200, found.get(), new Typed("", "", "", false, "", "", ""));
        }
        Typed typed = Typed.of(form);
        if (!typed.right() || form.has("edit")) {
            return editor(visit, typed.right() ? 200 : 422, found.get(), typed);
        }
        if (!form.has("do")) {
            return confirm(visit, found.get(), typed, null, null);
        }
        if (!visit.reasonProblem().isEmpty()) {
            return confirm(visit, found.get(), typed, visit.reasonProblem(), null);
        }
        if (!found.get().seen().equals(ref.seen())) {
            return confirm(
                    visit,
                    found.get(),
                    typed,
                    null,
                    "Nothing was done. It has changed since you looked at it. This is about how it stands now.");
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

    private ConsoleResponse editor(Visit visit, int status, OperationView view, Typed typed) {
        String ref = new OperationRef(view.id(), view.seen()).text();
        ResolvePage page = new ResolvePage(
                ref,
                view.key(),
                view.route(),
                typed.status(),
                typed.headers(),
                typed.body(),
                typed.base64(),
                orNull(typed.statusProblem()),
                orNull(typed.headersProblem()),
                orNull(typed.bodyProblem()),
                site.at("/operation?op=" + ref));
        Frame frame = visit.frame("Resolve");
        return Answers.page(
                status,
                visit.nonce(),
                (output, interceptor) -> JteresolveGenerated.render(output, interceptor, frame, page));
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private ConsoleResponse confirm(
            Visit visit, OperationView view, Typed typed, @Nullable String error, @Nullable String refusal) {
        String ref = new OperationRef(view.id(), view.seen()).text();
        List<HiddenField> carried = List.of(
                new HiddenField("op", ref),
                new HiddenField("status", typed.status()),
                new HiddenField("headers", typed.headers()),
                new HiddenField("body", typed.body()));
        List<HiddenField> hidden = typed.base64()
                ? Stream.concat(carried.stream(), Stream.of(new HiddenField("base64", "yes")))
                        .toList()
                : carried;
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
                        OperationPages.answer(RecordedResponse.of(typed.response()), null)));
    }
}
