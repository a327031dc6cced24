package dev.reprise.console;

import dev.reprise.console.BulkJobs.Job;
import dev.reprise.console.bulk.ReleaseRun;
import dev.reprise.console.bulk.ReleaseRun.State;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.templates.JtejobGenerated;
import dev.reprise.console.templates.JteprogressGenerated;
import dev.reprise.console.view.ConfirmPage;
import dev.reprise.console.view.Fact;
import dev.reprise.console.view.Frame;
import dev.reprise.console.view.HiddenField;
import dev.reprise.console.view.JobPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Releasing those that were chosen, or all that match a filter. */
final class BulkPages {
    private static final int MOST_CHOSEN = 500;
    private static final String BUSY = "Nothing was begun: something is being done to many operations already.";

    private final Site site;

    BulkPages(Site site) {
        this.site = site;
    }

    ConsoleResponse all(Visit visit) {
        boolean asked = visit.request().method().equals("GET");
        Parameters said = asked ? visit.query() : Parameters.parse(visit.form().first("filter"));
        OperationFilter filter = ListPages.filter(said);
        OperationFilter releasable = filter.states().isEmpty() ? filter.in(ReleaseRun.RELEASABLE) : filter;
        String words = releasable.inWords();
        if (asked) {
            return ask(visit, releasable, null, null);
        }
        if (visit.form().has("count")) {
            return begun(
                    visit,
                    releasable,
                    site.jobs()
                            .begin(
                                    () -> ReleaseRun.counting(site.operations(), releasable),
                                    words,
                                    visit.session().user().name(),
                                    "",
                                    releasable.conditions()));
        }
        if (!visit.reasonProblem().isEmpty()) {
            return ask(visit, releasable, visit.reasonProblem(), null);
        }
        return begun(
                visit,
                releasable,
                site.jobs()
                        .begin(
                                () -> ReleaseRun.releasing(site.operations(), releasable, visit.initiator()),
                                words,
                                visit.session().user().name(),
                                visit.reason(),
                                releasable.conditions()));
    }

    private ConsoleResponse begun(Visit visit, OperationFilter filter, boolean begun) {
        return begun ? Answers.see(site.at("/job")) : ask(visit, filter, null, BUSY);
    }

    private ConsoleResponse ask(Visit visit, OperationFilter filter, @Nullable String error, @Nullable String refusal) {
        return ActionPages.confirm(
                visit,
                new ConfirmPage(
                        "Release all that match",
                        List.of(
                                "All operations " + filter.inWords()
                                        + " are looked for, also those that no page has shown.",
                                "Of these, the unknown and abandoned ones are released: the next request with each key executes. "
                                        + "Each is released only as it is found, and none whose finished steps would be done again.",
                                "It happens in the background, in batches of 100, and can be stopped. What is released by then stays released.",
                                "Find out first that they did not take effect, or they take effect twice."),
                        site.at("/bulk"),
                        List.of(new HiddenField("filter", filter.conditions())),
                        visit.reason(),
                        error,
                        refusal,
                        false,
                        true,
                        "Release them",
                        true,
                        site.at("/operations?" + filter.conditions()),
                        null));
    }

    ConsoleResponse chosen(Visit visit) {
        List<String> words = visit.form().all("op");
        if (words.isEmpty() || words.size() > MOST_CHOSEN) {
            return site.notice(
                    visit,
                    422,
                    words.isEmpty() ? "None is chosen" : "Too many are chosen",
                    "Choose up to " + MOST_CHOSEN + " in the list, or release all that match a filter.");
        }
        List<OperationRef> refs = words.stream().map(OperationRef::parse).toList();
        if (!visit.form().has("do")) {
            return askChosen(visit, refs, null, null);
        }
        if (!visit.reasonProblem().isEmpty()) {
            return askChosen(visit, refs, visit.reasonProblem(), null);
        }
        boolean begun = site.jobs()
                .begin(
                        () -> ReleaseRun.releasing(
                                site.operations(), refs.size(), () -> unchanged(refs), visit.initiator()),
                        refs.size() + " chosen ones",
                        visit.session().user().name(),
                        visit.reason(),
                        "");
        return begun ? Answers.see(site.at("/job")) : askChosen(visit, refs, null, BUSY);
    }

    /** Those that are as they were seen. */
    private List<OperationView> unchanged(List<OperationRef> refs) {
        List<OperationView> found = new ArrayList<>();
        for (OperationRef ref : refs) {
            site.operations()
                    .find(ref.id())
                    .filter(view -> view.seen().equals(ref.seen()))
                    .ifPresent(found::add);
        }
        return found;
    }

    private ConsoleResponse askChosen(
            Visit visit, List<OperationRef> refs, @Nullable String error, @Nullable String refusal) {
        return ActionPages.confirm(
                visit,
                new ConfirmPage(
                        "Release the chosen ones",
                        List.of(
                                "These are " + refs.size() + ": "
                                        + String.join(
                                                ", ",
                                                refs.stream()
                                                        .map(ref ->
                                                                ref.id().key().value())
                                                        .toList())
                                        + ".",
                                "Each that is unknown or abandoned and has not changed since you saw it is released: the next request "
                                        + "with its key executes.",
                                "Find out first that they did not take effect, or they take effect twice."),
                        site.at("/operations/chosen"),
                        refs.stream()
                                .map(ref -> new HiddenField("op", ref.text()))
                                .toList(),
                        visit.reason(),
                        error,
                        refusal,
                        false,
                        false,
                        "Release them",
                        true,
                        site.at("/operations"),
                        null));
    }

    ConsoleResponse job(Visit visit) {
        JobPage page = page();
        Frame frame = visit.frame("Many operations");
        return Answers.page(
                200, visit.nonce(), (output, interceptor) -> JtejobGenerated.render(output, interceptor, frame, page));
    }

    ConsoleResponse live(Visit visit) {
        JobPage page = page();
        Frame frame = visit.frame("Many operations");
        return Answers.page(
                200,
                visit.nonce(),
                (output, interceptor) -> JteprogressGenerated.render(output, interceptor, frame, page));
    }

    ConsoleResponse stop(Visit visit) {
        if (visit.request().method().equals("POST")) {
            site.jobs().stop();
        }
        return Answers.see(site.at("/job"));
    }

    private JobPage page() {
        Optional<Job> latest = site.jobs().latest();
        if (latest.isEmpty()) {
            return new JobPage(false, "", List.of(), false, null);
        }
        Job job = latest.get();
        ReleaseRun.Standing standing = job.run().standing();
        boolean counts = job.run().counts();
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Operations", job.what()));
        facts.add(new Fact("Asked for by", job.by()));
        facts.add(new Fact("Since", Wording.time(job.since())));
        if (!job.reason().isEmpty()) {
            facts.add(new Fact("Why", job.reason()));
        }
        facts.add(new Fact("Looked at, about", Wording.number(standing.looked())));
        facts.add(new Fact("Can be released", Wording.number(standing.matching())));
        if (!counts) {
            facts.add(new Fact("Released", Wording.number(standing.released())));
            facts.add(new Fact("Left as they were", Wording.number(standing.left())));
        }
        boolean running = site.jobs().running();
        facts.add(new Fact("State", running ? "goes on" : inWords(standing)));
        boolean countedSome = counts && standing.state() == State.DONE && standing.matching() > 0;
        return new JobPage(
                true,
                counts ? "Counting what can be released" : "Releasing",
                facts,
                running,
                countedSome ? site.at("/bulk?" + job.conditions()) : null);
    }

    static String inWords(ReleaseRun.Standing standing) {
        return switch (standing.state()) {
            case RUNNING -> "goes on";
            case DONE -> "done";
            case STOPPED -> "stopped";
            case FAILED -> "failed: " + standing.failure();
        };
    }
}
