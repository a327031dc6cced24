package dev.reprise.console;

import dev.reprise.console.operations.EndingText;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.templates.JteconfirmGenerated;
import dev.reprise.console.text.Choice;
import dev.reprise.console.view.ConfirmPage;
import dev.reprise.console.view.Frame;
import dev.reprise.console.view.HiddenField;
import dev.reprise.console.view.Notice;
import dev.reprise.spi.Interventions.Action;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.Interventions.Intervention;
import dev.reprise.spi.ResumableStore;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is done to one operation, to a type, or to expired records. First a page says what will happen and asks why; what is asked for is
 * done to what that page has shown, and to nothing that has changed since.
 */
final class ActionPages {
    private final Site site;

    ActionPages(Site site) {
        this.site = site;
    }

    /** What came of an attempt. */
    private record Came(@Nullable String refusal, boolean repeatable) {
        private static final Came DONE = new Came(null, false);

        private static Came refused(String sentence) {
            return new Came(sentence, false);
        }
    }

    ConsoleResponse answer(Visit visit, String path) {
        return switch (path) {
            case "/operation/release", "/operation/resume", "/operation/retry" -> onOperation(visit, path);
            case "/type/pause" -> onType(visit, true);
            case "/type/unpause" -> onType(visit, false);
            default -> purge(visit);
        };
    }

    private ConsoleResponse onOperation(Visit visit, String path) {
        OperationRef ref = visit.operation();
        Optional<OperationView> found = site.operations().find(ref.id());
        if (found.isEmpty()) {
            return site.gone(visit);
        }
        OperationView view = found.get();
        boolean changed = !view.seen().equals(ref.seen());
        if (isAsked(visit)) {
            return ask(visit, path, view, null, new Came(changed ? Wording.CHANGED : null, false));
        }
        if (!visit.reasonProblem().isEmpty()) {
            return ask(visit, path, view, visit.reasonProblem(), Came.DONE);
        }
        if (changed) {
            return ask(visit, path, view, null, Came.refused("Nothing was done. " + Wording.CHANGED));
        }
        Came came = perform(visit, path, view);
        return came.refusal() == null
                ? done(path.substring(path.lastIndexOf('/') + 1), ref)
                : ask(visit, path, site.operations().find(ref.id()).orElse(view), null, came);
    }

    private static boolean isAsked(Visit visit) {
        return visit.request().method().equals("GET");
    }

    private Came perform(Visit visit, String path, OperationView view) {
        boolean repeat = visit.form().has("repeat");
        if (path.equals("/operation/release") && view.progress() == null) {
            return EndingText.refusal(site.operations().release(view.id(), view.seen(), visit.initiator()))
                    .map(why -> Came.refused("Nothing was done: the operation " + why + "."))
                    .orElse(Came.DONE);
        }
        if (view.progress() == null) {
            return Came.refused("Nothing was done: the operation is not carried through in steps.");
        }
        Action action = switch (path) {
            case "/operation/release" -> new Action.Release(view.id(), view.seen(), repeat);
            case "/operation/resume" -> new Action.Resume(view.id(), view.seen());
            default -> new Action.Retry(view.id(), view.seen(), from(visit), repeat);
        };
        Intervened came = intervene(visit, action);
        return EndingText.refusal(came)
                .map(why -> new Came(
                        "Nothing was done: the operation " + why + ".", came instanceof Intervened.WouldRepeat))
                .orElse(Came.DONE);
    }

    private static String from(Visit visit) {
        return visit.form().has("from")
                ? visit.form().first("from")
                : visit.query().first("from");
    }

    private Intervened intervene(Visit visit, Action action) {
        ResumableStore<?> store = site.operations()
                .resumable()
                .orElseThrow(() -> new IllegalArgumentException("There are no operations with steps here"));
        return store.interventions()
                .intervene(new Intervention(action, visit.session().user().name(), visit.reason()));
    }

    private ConsoleResponse ask(Visit visit, String path, OperationView view, @Nullable String error, Came came) {
        String ref = new OperationRef(view.id(), view.seen()).text();
        List<HiddenField> hidden = new ArrayList<>(List.of(new HiddenField("op", ref)));
        List<String> happens = new ArrayList<>();
        happens.add("The operation with the key " + view.key() + " at " + view.route() + " of " + view.principal()
                + " is " + Choice.written(view.state()) + ": " + view.detail() + ".");
        String name = switch (path) {
            case "/operation/release" -> {
                happens.add("Its key becomes new: the next request with it executes.");
                happens.add("Find out first that it did not take effect, or it takes effect twice.");
                yield "Release";
            }
            case "/operation/resume" -> {
                happens.add("It goes on now: the next node that looks takes it over behind its last step.");
                yield "Resume";
            }
            default -> {
                hidden.add(new HiddenField("from", from(visit)));
                happens.add("It forgets the step " + from(visit)
                        + " and all that were recorded after it, and goes on from there.");
                happens.add("An owner that works on it loses it.");
                yield "Retry";
            }
        };
        return confirm(
                visit,
                new ConfirmPage(
                        name,
                        happens,
                        site.at(path),
                        hidden,
                        visit.reason(),
                        error,
                        came.refusal(),
                        came.repeatable(),
                        false,
                        name,
                        !path.equals("/operation/resume"),
                        site.at("/operation?op=" + ref),
                        null,
                        null));
    }

    /** The page on which somebody says yes. */
    static ConsoleResponse confirm(Visit visit, ConfirmPage page) {
        Frame frame = visit.frame(page.heading());
        int status = page.isWrong() ? 422 : page.refusal() != null && !isAsked(visit) ? 409 : 200;
        return Answers.page(
                status,
                visit.nonce(),
                (output, interceptor) -> JteconfirmGenerated.render(output, interceptor, frame, page));
    }

    private ConsoleResponse onType(Visit visit, boolean pause) {
        String type = visit.form().has("type")
                ? visit.form().first("type")
                : visit.query().first("type");
        if (type.isBlank() || !site.hasSteps()) {
            return site.notice(visit, 404, "There is no such type", "Follow a link of the overview.");
        }
        String problem = isAsked(visit) ? "" : visit.reasonProblem();
        if (!isAsked(visit) && problem.isEmpty()) {
            Intervened ignored = intervene(visit, pause ? new Action.Pause(type) : new Action.Unpause(type));
            return Answers.see(site.at("/done?what=" + (pause ? "pause" : "unpause")));
        }
        String happens = pause
                ? "Neither completers nor retries go on with operations of the type " + type
                        + ", on any node. What runs now goes on to its end or its next wait."
                : "Everybody may go on with operations of the type " + type + " again.";
        String name = pause ? "Pause" : "Let it go on";
        return confirm(
                visit,
                simple(visit, name, happens, pause ? "/type/pause" : "/type/unpause", problem)
                        .apply(List.of(new HiddenField("type", type))));
    }

    private ConsoleResponse purge(Visit visit) {
        String problem = isAsked(visit) ? "" : visit.reasonProblem();
        if (!isAsked(visit) && problem.isEmpty()) {
            long purged = site.operations().purge(visit.initiator());
            return Answers.see(site.at("/done?what=purge&count=" + purged));
        }
        String happens =
                "Records whose retention is over are deleted now. They count as gone already, and by themselves they are "
                        + "deleted soon.";
        return confirm(visit, simple(visit, "Purge", happens, "/purge", problem).apply(List.of()));
    }

    /** A page about something else than one operation. */
    private interface WithHidden {
        ConfirmPage apply(List<HiddenField> hidden);
    }

    private WithHidden simple(Visit visit, String name, String happens, String path, String problem) {
        return hidden -> new ConfirmPage(
                name,
                List.of(happens),
                site.at(path),
                hidden,
                visit.reason(),
                problem.isEmpty() ? null : problem,
                null,
                false,
                false,
                name,
                false,
                site.at("/"),
                null,
                null);
    }

    private ConsoleResponse done(String what, OperationRef ref) {
        return Answers.see(
                site.at("/done?what=" + what + "&op=" + URLEncoder.encode(ref.text(), StandardCharsets.UTF_8)));
    }

    /** What was done, in words that do not come from the address. */
    ConsoleResponse done(Visit visit) {
        String text = switch (visit.query().first("what")) {
            case "release" -> "Released: the next request with the key executes.";
            case "resolve" -> "Resolved: retries get the answer from now on.";
            case "resume" -> "Resumed: the next node that looks goes on with it.";
            case "retry" -> "Forgotten: the next node that looks goes on from that step.";
            case "pause" -> "Paused. What runs now goes on to its end or its next wait.";
            case "unpause" -> "It goes on.";
            case "purge" -> "Expired records were deleted.";
            default -> "There is nothing to say.";
        };
        boolean there = visit.query().has("op") && !visit.query().first("what").equals("release");
        return site.notice(
                visit,
                200,
                there
                        ? new Notice(
                                "Done",
                                text,
                                site.at("/operation?op=" + visit.operation().text()),
                                "To the operation")
                        : new Notice(
                                "Done", text, site.at("/operations?state=unknown&state=abandoned"), "To what is left"));
    }
}
