package dev.reprise.encryption;

import dev.reprise.Body;
import dev.reprise.OperationId;
import dev.reprise.spi.ResumableStore.Step;
import java.util.List;

/** Steps whose results are sealed. Their names are not, since stores tell them apart by them. */
final class SealedSteps {
    private SealedSteps() {}

    static List<Step> seal(OperationId id, List<Step> steps, Sealer sealer) {
        return steps.stream().map(step -> seal(id, step, sealer)).toList();
    }

    static List<Step> open(OperationId id, List<Step> steps, Sealer sealer) {
        return steps.stream().map(step -> open(id, step, sealer)).toList();
    }

    private static Step seal(OperationId id, Step step, Sealer sealer) {
        Body result = step.result();
        return result == null
                ? step
                : new Step(step.name(), step.kind(), sealer.seal(result, Purpose.step(id, step.name())), step.runs());
    }

    static Step open(OperationId id, Step step, Sealer sealer) {
        Body result = step.result();
        return result == null
                ? step
                : new Step(step.name(), step.kind(), sealer.open(result, Purpose.step(id, step.name())), step.runs());
    }
}
