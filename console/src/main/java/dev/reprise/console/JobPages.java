package dev.reprise.console;

import dev.reprise.console.BulkJobs.Job;
import dev.reprise.console.bulk.BulkKind;
import dev.reprise.console.bulk.BulkRun.Standing;
import dev.reprise.console.bulk.BulkRun.State;
import dev.reprise.console.templates.JtejobGenerated;
import dev.reprise.console.templates.JteprogressGenerated;
import dev.reprise.console.view.Fact;
import dev.reprise.console.view.Frame;
import dev.reprise.console.view.JobPage;
import dev.reprise.console.view.Notice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How far it is what is done to many operations, and how it is stopped. */
final class JobPages {
    private final Site site;

    JobPages(Site site) {
        this.site = site;
    }

    ConsoleResponse page(Visit visit) {
        JobPage page = latest();
        Frame frame = visit.frame("Many operations");
        return Answers.page(
                200, visit.nonce(), (output, interceptor) -> JtejobGenerated.render(output, interceptor, frame, page));
    }

    ConsoleResponse live(Visit visit) {
        JobPage page = latest();
        Frame frame = visit.frame("Many operations");
        return Answers.page(
                200,
                visit.nonce(),
                (output, interceptor) -> JteprogressGenerated.render(output, interceptor, frame, page));
    }

    ConsoleResponse stop(Visit visit) {
        if (!visit.request().method().equals("POST")) {
            return Answers.see(site.at("/job"));
        }
        boolean stopped = site.jobs()
                .stop(number(visit.form().first("job")), visit.session().user().name());
        return stopped
                ? Answers.see(site.at("/job"))
                : site.notice(
                        visit,
                        409,
                        new Notice(
                                "Nothing was stopped",
                                "What you have seen does not go on any more.",
                                site.at("/job"),
                                "See what there is now"));
    }

    private static long number(String written) {
        try {
            return Long.parseLong(written);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private JobPage latest() {
        Optional<Job> latest = site.jobs().latest();
        if (latest.isEmpty()) {
            return JobPage.NONE;
        }
        Job job = latest.get();
        BulkKind kind = job.run().kind();
        Standing standing = job.run().standing();
        boolean counts = job.run().audited().isEmpty();
        boolean running = site.jobs().running();
        boolean countedSome = counts && standing.state() == State.DONE && standing.matching() > 0;
        return new JobPage(
                job.number(),
                counts ? "Counting what can be " + kind.done() : kind.doing(),
                facts(job, kind, standing, running),
                running,
                kind.label(),
                countedSome ? site.at(BulkSelection.place(kind, job.conditions())) : null);
    }

    private static List<Fact> facts(Job job, BulkKind kind, Standing standing, boolean running) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Operations", job.what()));
        facts.add(new Fact("Asked for by", job.by()));
        facts.add(new Fact("Since", Wording.time(job.since())));
        if (!job.reason().isEmpty()) {
            facts.add(new Fact("Why", job.reason()));
        }
        facts.add(new Fact("Looked at, about", Wording.number(standing.looked())));
        facts.add(new Fact("Can be " + kind.done(), Wording.number(standing.matching())));
        standing.came().forEach((result, many) -> facts.add(new Fact(result.label(), Wording.number(many))));
        facts.add(new Fact("State", running ? "goes on" : inWords(standing)));
        return facts;
    }

    static String inWords(Standing standing) {
        return switch (standing.state()) {
            case RUNNING -> "goes on";
            case DONE -> "done";
            case STOPPED -> "stopped" + (standing.why().isEmpty() ? "" : " by " + standing.why());
            case FAILED -> "failed: " + standing.why();
        };
    }
}
