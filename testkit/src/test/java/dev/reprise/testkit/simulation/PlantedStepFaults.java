package dev.reprise.testkit.simulation;

import static dev.reprise.testkit.simulation.PlantedFault.edit;

import java.util.List;
import java.util.stream.Stream;

/** The faults that the simulation of operations in steps has to find. */
final class PlantedStepFaults {
    private PlantedStepFaults() {}

    static List<PlantedFault> all() {
        return Stream.of(inStores(), inSteps(), inCalls())
                .flatMap(List::stream)
                .map(fault -> fault.on(PlantedFault.Store.STEPS))
                .toList();
    }

    private static List<PlantedFault> inStores() {
        return List.of(
                PlantedFault.of(
                                "steps are written without the fence",
                                edit(
                                        "memory.MemoryRow",
                                        "\n                || !record.token().equals(lease.token())",
                                        ""))
                        .foundBy(16),
                PlantedFault.of(
                                "operations are taken over whatever their type and version",
                                edit("memory.MemoryRow", "&& progress.type().equals(type)", ""))
                        .foundBy(0),
                PlantedFault.of(
                                "operations are taken over while their lease lasts",
                                edit(
                                        "memory.MemoryRow",
                                        "&& record.abandonedAt(now)",
                                        "&& record.state() instanceof Running"))
                        .foundBy(2),
                PlantedFault.of(
                                "attempts are not counted",
                                edit("memory.MemoryRow", "before.idleAttempts() + 1", "before.idleAttempts()"))
                        .foundBy(0),
                PlantedFault.of(
                                "a type that is paused is taken over",
                                edit("memory.MemoryDatabase", " || paused.contains(type.name())", ""))
                        .foundBy(24));
    }

    private static List<PlantedFault> inSteps() {
        return List.of(
                PlantedFault.of(
                                "each owner has child keys of its own",
                                edit(
                                        "resumable.Run",
                                        "return ChildKeys.of(id, step);",
                                        "Lease held = lease(); return ChildKeys.of(id, step + (held == null ? 0 : held.attempt()));"))
                        .foundBy(16),
                PlantedFault.of(
                                "a child key is made from the position of its step",
                                edit(
                                        "resumable.StepHistory",
                                        "private final Set<String> asked = new HashSet<>();",
                                        "final List<String> asked = new java.util.ArrayList<>();"),
                                edit(
                                        "resumable.Run",
                                        "return ChildKeys.of(id, step);",
                                        "return ChildKeys.of(id, \"step \" + history.asked.indexOf(step));"))
                        .foundBy(3),
                PlantedFault.of(
                                "what a branch brings while another one commits is forgotten",
                                edit(
                                        "resumable.RunSteps",
                                        "return run.exclusively(() -> {\n                "
                                                + "run.finished(run.step(name, Kind.REMOTE, run.encode(name, result, codec)));"
                                                + "\n                return result;\n            });",
                                        "run.finished(run.step(name, Kind.REMOTE, run.encode(name, result, codec)));"
                                                + " return result;"))
                        .foundBy(29),
                PlantedFault.of(
                                "what a remote step has brought is forgotten before the commit",
                                edit(
                                        "resumable.StepJournal",
                                        "new Progress(inserted ? List.of() : pending, next), committing);",
                                        "new Progress(inserted ? List.of() : pending.stream()"
                                                + ".filter(step -> step.kind() != Kind.REMOTE).toList(), next), committing);"))
                        .foundBy(1),
                PlantedFault.of(
                                "what a local step has brought is not written with its work",
                                edit("resumable.RunSteps", "run.finished(run.step(name, Kind.LOCAL, encoded[0]));", ""))
                        .foundBy(1),
                PlantedFault.of(
                                "a call begins before what was finished is durable",
                                edit("resumable.Run", "journal.settle();", ""))
                        .foundBy(6),
                PlantedFault.of(
                                "a step that must not be called twice is called again without a question",
                                edit(
                                        "resumable.RunSteps",
                                        "found.isEmpty() ? first(name, call, inquiry, childKey) : again(name, call, inquiry, childKey)",
                                        "first(name, call, inquiry, childKey)"))
                        .foundBy(5),
                PlantedFault.of(
                                "an error in the commit of an idle transaction is overlooked",
                                edit(
                                        "resumable.Run",
                                        "count as finished.\n                stop(meaning(e, \"\"));",
                                        "count as finished.\n                if (e instanceof StopException) { stop(meaning(e, \"\")); }"))
                        .foundBy(462));
    }

    private static List<PlantedFault> inCalls() {
        return List.of(
                PlantedFault.of(
                                "a caller who waits goes on with what it has begun itself, and sleeps",
                                edit("resumable.ResumableCalls", "mayBeMine && running.owner()", "running.owner()"))
                        .foundBy(0),
                PlantedFault.of(
                                "a caller whose operation goes on is told that nothing happened",
                                edit("resumable.ResumableCalls", " || call.goesOn;", ";"))
                        .foundBy(67),
                PlantedFault.of(
                                "a caller is told that nothing happened when nobody knows",
                                edit(
                                        "resumable.ResumableCalls",
                                        "case UNKNOWN -> canBeClaimed(id);",
                                        "case UNKNOWN -> false;"),
                                edit(
                                        "resumable.ResumableCalls",
                                        "mayBeThere |= meaning == Failure.UNKNOWN || ",
                                        "mayBeThere |= "))
                        .foundBy(976),
                PlantedFault.of(
                                "a long step is taken for an idle transaction, and its lease is not renewed",
                                edit("resumable.Run", "holdsWork && !inTransaction && ", "holdsWork && "))
                        .foundBy(63),
                PlantedFault.of(
                                "leases are not renewed",
                                edit("resumable.Renewals", "start(one, () -> renew(one, lease, now));", ""))
                        .foundBy(5),
                PlantedFault.of(
                                "the completer looks only when it starts",
                                edit(
                                        "resumable.Completer",
                                        "private int first;",
                                        "private int first; private boolean looked;"),
                                edit(
                                        "resumable.Completer",
                                        "if (types.isEmpty() ||",
                                        "if (looked || types.isEmpty() ||"),
                                edit(
                                        "resumable.Completer",
                                        "first = (first + 1) % types.size();",
                                        "looked = true; first = (first + 1) % types.size();"))
                        .foundBy(0));
    }
}
