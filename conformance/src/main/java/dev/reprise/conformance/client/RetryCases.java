package dev.reprise.conformance.client;

import dev.reprise.conformance.Level;
import dev.reprise.conformance.Source;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.Verdict.Fail;
import dev.reprise.conformance.Verdict.NotObservable;
import dev.reprise.conformance.Verdict.Pass;
import java.util.List;
import java.util.Set;

/** What is sent again, what is not, and when it ends (C2, C5, C7). */
final class RetryCases {
    private RetryCases() {}

    static List<ClientCase> cases() {
        return List.of(
                again(
                        "lost",
                        Level.SHOULD,
                        "A request whose answer is lost is sent again",
                        "With a key it is safe, and it is how the caller learns what happened.",
                        Source.draft("1"),
                        ClientScenario.LOST,
                        1),
                again(
                        "broken-off",
                        Level.SHOULD,
                        "A request whose answer breaks off is sent again",
                        "Half an answer is none: the retry gets the whole.",
                        Source.draft("1"),
                        ClientScenario.LOST,
                        2),
                again(
                        "down",
                        Level.SHOULD,
                        "A request that a server which is down has refused is sent again",
                        "503 says that it is for now.",
                        Source.http("15.6.4"),
                        ClientScenario.BUSY,
                        1),
                again(
                        "in-progress",
                        Level.SHOULD,
                        "While the first attempt is running, the request is sent again later",
                        "After 409 no correction is required: the answer comes with a later attempt.",
                        Source.draft("2.7"),
                        ClientScenario.TURNED_AWAY,
                        2),
                again(
                        "too-many",
                        Level.OURS,
                        "A request too many is sent again later",
                        "429 says that nothing was done.",
                        Source.ours("C2"),
                        ClientScenario.TURNED_AWAY,
                        1),
                once(
                        "refused",
                        Level.MUST,
                        "A request that is wrong is not sent again",
                        "400 and 422 stay what they are until the request is corrected.",
                        Source.draft("2.7"),
                        ClientScenario.REFUSED,
                        Set.of(1, 2)),
                once(
                        "result",
                        Level.OURS,
                        "A result is not asked for again",
                        "402 is the answer to the operation, and an answer marked as a replay comes again and again.",
                        Source.ours("C2"),
                        ClientScenario.DECLINED,
                        Set.of(1, 2)),
                new ClientCase(
                        "C5",
                        "ends",
                        Level.SHOULD,
                        "A client gives up in the end",
                        "While the server stays down, the number of attempts or their time is limited.",
                        List.of(WaitCases.AWS),
                        Set.of(ClientScenario.DOWN),
                        RetryCases::ends),
                once(
                        "C7",
                        "retention",
                        Level.OURS,
                        "What the server does not remember is not sent again",
                        "After Idempotency-Retention a retry would be a new operation.",
                        Source.ours("C7"),
                        ClientScenario.FORGETFUL,
                        Set.of(1)));
    }

    private static ClientCase again(
            String word,
            Level level,
            String title,
            String expected,
            Source source,
            ClientScenario scenario,
            int operation) {
        return new ClientCase(
                "C2",
                word,
                level,
                title,
                expected,
                List.of(source),
                Set.of(scenario),
                runs -> runs.stream()
                        .map(run -> run.attempts(operation).size())
                        .filter(attempts -> attempts < 2)
                        .findFirst()
                        .<Verdict>map(attempts -> attempts == 0
                                ? new NotObservable("The operation was not tried")
                                : new Fail("It was sent once"))
                        .orElseGet(Pass::new));
    }

    private static ClientCase once(
            String word,
            Level level,
            String title,
            String expected,
            Source source,
            ClientScenario scenario,
            Set<Integer> operations) {
        return once("C2", word, level, title, expected, source, scenario, operations);
    }

    private static ClientCase once(
            String rule,
            String word,
            Level level,
            String title,
            String expected,
            Source source,
            ClientScenario scenario,
            Set<Integer> operations) {
        return new ClientCase(rule, word, level, title, expected, List.of(source), Set.of(scenario), runs -> {
            for (Recording run : runs) {
                for (int operation : operations) {
                    List<RecordedRequest> attempts = run.attempts(operation);
                    if (attempts.size() > 1) {
                        return new Fail("It was sent " + attempts.size() + " times, though the first attempt got "
                                + attempts.getFirst().reply());
                    }
                }
            }
            return runs.stream().allMatch(run -> run.attempts(1).isEmpty())
                    ? new NotObservable("The operation was not tried")
                    : new Pass();
        });
    }

    private static Verdict ends(List<Recording> runs) {
        for (Recording run : runs) {
            if (!run.ended().inTime()) {
                return new Fail("It had to be ended, after " + run.attempts(1).size() + " and "
                        + run.attempts(2).size() + " attempts");
            }
        }
        return new Pass();
    }
}
