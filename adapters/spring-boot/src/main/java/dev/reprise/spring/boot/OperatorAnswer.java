package dev.reprise.spring.boot;

import dev.reprise.Reconciler.Attempt;
import dev.reprise.Reconciler.Finding;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.ResumableStore.Step;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * What an operator gets who wanted something done, in the words of the console's audit.
 *
 * @param status of the response
 * @param came what came of it
 */
record OperatorAnswer(int status, Came came) {
    /**
     * What came of a request.
     *
     * @param ending done, or why not
     */
    record Came(String ending, String detail) {}

    /** @param done what is said if it is done */
    static OperatorAnswer of(Intervened intervened, String done) {
        return switch (intervened) {
            case Intervened.Done ignored -> answered("ended", done);
            case Intervened.Changed ignored -> changed();
            case Intervened.Running ignored -> refused("running", "Its owner is alive; wait for its end");
            case Intervened.Finished ignored ->
                refused("finished", "It is finished, and finished records are never changed");
            case Intervened.NoSuchStep ignored -> refused("no-such-step", "It has no such step");
            case Intervened.WouldRepeat(List<Step> steps) ->
                refused(
                        "would-repeat",
                        "These steps would be done again: "
                                + steps.stream().map(Step::name).collect(Collectors.joining(", "))
                                + ". Say repeat=true if that does no harm");
        };
    }

    static OperatorAnswer of(Attempt attempt) {
        return switch (attempt) {
            case Attempt.Found found -> of(found.finding());
            case Attempt.NotWritten ignored ->
                refused(
                        "not-written",
                        "There was an answer, and it is not written down: somebody else has ended the operation meanwhile, or the "
                                + "store did not answer. Look at it again");
            case Attempt.OthersTurn turn ->
                refused(
                        "others-turn",
                        "Somebody is asking, or has asked a moment ago. Nobody else does until " + turn.until());
            case Attempt.Changed ignored ->
                refused("changed", "It is not unknown any more, or not as it was seen; look at it again");
            case Attempt.NobodyToAsk ignored ->
                refused("nobody-to-ask", "No reconciler of this application knows what happened to it");
        };
    }

    private static OperatorAnswer of(Finding finding) {
        return switch (finding) {
            case Finding.Happened happened ->
                answered(
                        "executed",
                        "It has happened, with " + happened.response().status()
                                + ": retries get the answer from now on.");
            case Finding.DidNotHappen ignored ->
                answered("not-executed", "It did not happen: the next request with the key executes.");
            case Finding.NotKnown notKnown ->
                answered("still-unknown", "It is not known yet: " + notKnown.reason() + ". Nothing was changed.");
        };
    }

    static OperatorAnswer changed() {
        return refused("changed", "It is not there, or not as it was seen any more; look at it again");
    }

    /** @param others how many are being asked about */
    static OperatorAnswer busy(int others) {
        return refused("busy", others + " others are being asked about. Nothing was done; try again in some seconds");
    }

    private static OperatorAnswer answered(String ending, String detail) {
        return new OperatorAnswer(200, new Came(ending, detail));
    }

    private static OperatorAnswer refused(String ending, String detail) {
        return new OperatorAnswer(409, new Came(ending, detail));
    }

    /** Done, or why not, in a word. */
    String ending() {
        return came.ending();
    }

    WebEndpointResponse<Came> toResponse() {
        return new WebEndpointResponse<>(came, status);
    }
}
