package dev.reprise.spi;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import java.time.Duration;

/**
 * Time-bounded ownership of a running operation.
 *
 * @param id which operation
 * @param token what every write of the owner carries
 * @param attempt how many owners the operation has had, this one included
 * @param length how long the lease lasts from the claim or a renewal
 */
public record Lease(OperationId id, FencingToken token, int attempt, Duration length) {}
