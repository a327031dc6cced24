package dev.reprise.testkit.simulation;

import dev.reprise.OperationId;

/**
 * Work of a local step, which is done when its transaction commits.
 *
 * @param id of which operation
 * @param step its name
 * @param result what came of it, different each time
 */
record StepEffect(OperationId id, String step, String result) {}
