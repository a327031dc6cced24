package dev.reprise;

/**
 * One request for an operation, as an adapter gives it to the engine.
 *
 * @param id which operation is asked for
 * @param fingerprints of the request that asks
 * @param policy how the operation is treated
 */
public record Operation(OperationId id, RequestFingerprint.Source fingerprints, OperationPolicy policy) {}
