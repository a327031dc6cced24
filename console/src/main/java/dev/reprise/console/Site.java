package dev.reprise.console;

import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.Role;
import dev.reprise.console.charts.Activity;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.console.templates.JtenoticeGenerated;
import dev.reprise.console.view.Notice;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What all pages share.
 *
 * @param settings how the console is mounted
 * @param operations what is seen and changed
 * @param jobs what is done to many operations
 * @param activity what the process has done; null if nobody counts that
 */
record Site(
        ConsoleSettings settings,
        StoreOperations operations,
        BulkJobs jobs,
        @Nullable Activity activity) {
    /** Where the console is. */
    String mount() {
        return settings.mount();
    }

    /** A place in it. */
    String at(String path) {
        return settings.mount() + path;
    }

    boolean mayAct(ConsoleUser user) {
        return user.role() == Role.OPERATOR && !settings.readOnly();
    }

    boolean hasSteps() {
        return operations.resumable().isPresent();
    }

    Instant now() {
        return settings.clock().instant();
    }

    /** What is wrong with the process and its store. */
    List<String> problems() {
        return Stream.concat(settings.health().get().stream(), operations.problems().stream())
                .distinct()
                .toList();
    }

    /** A page that says one thing. */
    ConsoleResponse notice(Visit visit, int status, Notice notice) {
        return Answers.page(
                status,
                visit.nonce(),
                (output, interceptor) ->
                        JtenoticeGenerated.render(output, interceptor, visit.frame(notice.heading()), notice));
    }

    /** The same, with a way back to the beginning. */
    ConsoleResponse notice(Visit visit, int status, String heading, String text) {
        return notice(visit, status, new Notice(heading, text, at("/"), "To the overview"));
    }

    ConsoleResponse gone(Visit visit) {
        return notice(
                visit,
                404,
                new Notice(
                        "It is not there",
                        "There is no such operation any more: it was released, or its record has expired.",
                        at("/operations"),
                        "To the operations"));
    }
}
