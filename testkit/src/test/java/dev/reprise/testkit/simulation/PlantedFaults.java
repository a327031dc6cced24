package dev.reprise.testkit.simulation;

import static dev.reprise.testkit.simulation.PlantedFault.edit;

import dev.reprise.testkit.simulation.PlantedFault.Edit;
import java.util.List;
import java.util.stream.Stream;

/** The faults that the simulation has to find: those that were found by people before it was there, and their kin. */
final class PlantedFaults {
    private static final String NEVER = "if (Boolean.FALSE) {";

    private PlantedFaults() {}

    static List<PlantedFault> all() {
        return Stream.of(leased(), async(), transactional(), PlantedStepFaults.all())
                .flatMap(List::stream)
                .toList();
    }

    private static List<PlantedFault> leased() {
        return List.of(
                PlantedFault.of(
                                "a take-over whose answer is lost frees the operation",
                                takeOverToPark(),
                                edit(
                                        "Claims",
                                        "operation.policy().uncertain() == OperationPolicy.Uncertain.RERUN",
                                        "true"),
                                edit(
                                        "Claims",
                                        "if (operation.policy().uncertain() == OperationPolicy.Uncertain.UNKNOWN) {",
                                        NEVER),
                                edit("spi.OperationStore", "present.attempt() == 1", "present.attempt() >= 1"))
                        .foundBy(743)
                        .violating("twice"),
                PlantedFault.of(
                                "engines of one name have the same owners",
                                edit("internal.OwnerNames", "node + \"-\" + HexFormat.of().formatHex(bytes)", "node"))
                        .foundBy(1482),
                PlantedFault.of(
                                "a free key counts as taken over, because the claim names a former token",
                                edit(
                                        "spi.support.Transition",
                                        "return acquired(claim, nextToken.get(), 1, now, now);",
                                        "return acquired(claim, nextToken.get(), claim.takeOverFrom().equals(FencingToken.NONE) ? 1 : 2, now, now);"))
                        .foundBy(256),
                PlantedFault.of(
                                "withdrawals take the places of outcomes",
                                edit(
                                        "IdempotencyEngine",
                                        "withdrawn = new Settler(runtime, background);",
                                        "withdrawn = outcomes;"),
                                edit(
                                        "Settler",
                                        "unsettled.incrementAndGet();",
                                        "if (unsettled.get() > 0) { afterwards.run(); return; } unsettled.incrementAndGet();"))
                        .foundBy(4291),
                PlantedFault.of(
                                "a lease is renewed for as long as the process lives",
                                edit(
                                        "Heartbeat",
                                        "if (now - one.startedNanos > policy.maxRunTime().toNanos()) {",
                                        NEVER))
                        .foundBy(25),
                PlantedFault.of(
                                "a handler that ends without an outcome keeps its lease",
                                edit("LeasedExecution", "conclude(none, writeOf(none));", ""))
                        .foundBy(32),
                PlantedFault.of(
                                "an error ends the heartbeat",
                                edit(
                                        "internal.Periodic",
                                        "failed(e);",
                                        "if (e instanceof Error error) { throw error; }"))
                        .foundBy(52),
                PlantedFault.of(
                                "the heartbeat goes by tokens alone",
                                edit(
                                        "Heartbeat",
                                        "ConcurrentHashMap<Owner, Beating>",
                                        "ConcurrentHashMap<FencingToken, Beating>"),
                                edit(
                                        "Heartbeat",
                                        "beating.put(execution.owner(),",
                                        "beating.put(execution.lease().token(),"),
                                edit(
                                        "Heartbeat",
                                        "beating.remove(execution.owner());",
                                        "beating.remove(execution.lease().token());"))
                        .foundBy(224)
                        .on(PlantedFault.Store.TOKENS_BY_OPERATION),
                PlantedFault.of(
                                "durations have no limits, and overflow in the store",
                                edit(
                                        "spi.Claim",
                                        "if (lease.isNegative() || lease.compareTo(OperationPolicy.MAX_LEASE) > 0) {",
                                        NEVER),
                                edit(
                                        "internal.Durations",
                                        "if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {",
                                        NEVER),
                                edit(
                                        "spi.RecordLimits",
                                        "if (value.isNegative() || value.isZero() || value.compareTo(longest) > 0) {",
                                        NEVER),
                                edit(
                                        "spi.support.Transition",
                                        "new Completed(response, now, now.plus(retention))",
                                        "new Completed(response, now, now.plusNanos(retention.getSeconds() * 1_000_000_000))"))
                        .foundBy(54),
                PlantedFault.of(
                                "a parked operation does not take its owner's answer",
                                edit(
                                        "spi.support.Transition",
                                        "boolean ended = present.state() instanceof Completed ||",
                                        "boolean ended = !(present.state() instanceof Running) ||"))
                        .foundBy(120),
                PlantedFault.of(
                                "a completion is acknowledged and not published",
                                edit(
                                        "memory.MemoryStore",
                                        "return end(lease.id(), record -> Transition.complete(record, lease, response, retention, now));",
                                        "return records.containsKey(lease.id()) ? LeaseStatus.HELD : LeaseStatus.LOST;"))
                        .foundBy(0),
                PlantedFault.of(
                                "a completion is not fenced",
                                edit(
                                        "spi.support.Transition",
                                        "if (present == null || !present.token().equals(lease.token())) {",
                                        "if (present == null) {"))
                        .foundBy(55),
                PlantedFault.of(
                                "a release is not fenced",
                                edit(
                                        "spi.support.Transition",
                                        "(present.token().equals(lease.token()) && !(present.state() instanceof Completed))",
                                        "!(present.state() instanceof Completed)"))
                        .foundBy(2582),
                PlantedFault.of(
                                "a renewal is not fenced",
                                edit(
                                        "spi.support.Transition",
                                        "if (present != null && present.token().equals(lease.token()) && present.state() instanceof Running running) {",
                                        "if (present != null && present.state() instanceof Running running) {"))
                        .foundBy(516),
                PlantedFault.of(
                                "an operation is parked while its lease lasts",
                                edit(
                                        "spi.support.Transition",
                                        "return present.abandonedAt(now)",
                                        "return present.state() instanceof Running"))
                        .foundBy(420),
                PlantedFault.of(
                                "a claim decides by an old snapshot",
                                edit(
                                        "memory.MemoryStore",
                                        "Acquisition acquisition =",
                                        "OperationRecord old = snapshot.put(claim.id(), java.util.Optional.ofNullable(records.get(claim.id())))"
                                                + " instanceof java.util.Optional<OperationRecord> seen ? seen.orElse(null) : present;"
                                                + " Acquisition acquisition ="),
                                edit(
                                        "memory.MemoryStore",
                                        "record -> Transition.acquire(record, claim,",
                                        "record -> Transition.acquire(old, claim,"),
                                edit(
                                        "memory.MemoryStore",
                                        "private volatile boolean closed;",
                                        "private volatile boolean closed; private final ConcurrentHashMap<OperationId,"
                                                + " java.util.Optional<OperationRecord>> snapshot = new ConcurrentHashMap<>();"),
                                edit(
                                        "memory.MemoryStore",
                                        "if (present != null && present.state() instanceof Completed && !present.expiredAt(now)) {",
                                        NEVER))
                        .foundBy(0),
                PlantedFault.of(
                                "the reaper does not look at the state",
                                edit(
                                        "memory.MemoryStore",
                                        "if (record.expiredAt(now) && records.remove(record.id(), record)) {",
                                        "if (record.createdAt().plusSeconds(2).isBefore(now) && records.remove(record.id(), record)) {"))
                        .foundBy(0),
                PlantedFault.of(
                                "retention runs from the start",
                                edit(
                                        "spi.support.Transition",
                                        "new Completed(response, now, now.plus(retention))",
                                        "new Completed(response, now, present == null ? now : present.createdAt().plus(retention))"))
                        .foundBy(0),
                PlantedFault.of(
                                "an answer goes out before its record is durable",
                                edit(
                                        "LeasedExecution",
                                        "? parts.replies().inProgress(id(), startedNanos)\n                : new",
                                        "? answerHeld(outcome)\n                : new"))
                        .foundBy(158),
                PlantedFault.of(
                                "an abandoned operation is executed again",
                                edit(
                                        "Claims",
                                        "operation.policy().uncertain() == OperationPolicy.Uncertain.RERUN",
                                        "true"),
                                edit(
                                        "Claims",
                                        "if (operation.policy().uncertain() == OperationPolicy.Uncertain.UNKNOWN) {",
                                        NEVER))
                        .foundBy(25),
                PlantedFault.of(
                                "another request takes an abandoned operation over",
                                edit("Claims", "&& operation.fingerprints().matches(record.fingerprint())\n", "\n"))
                        .foundBy(134),
                PlantedFault.of(
                                "a duplicate is executed without protection where it is known to be running",
                                edit("Claims", "if (!open || known || !unprotected.begins(id)) {", "if (!open) {"))
                        .foundBy(779),
                PlantedFault.of(
                                "an outcome is given up when no thread can be started for it",
                                edit("Settler", "postponed.add(write);", "end(write);"))
                        .foundBy(5359),
                PlantedFault.of(
                                "an unknown outcome is looked into by everybody at once",
                                edit(
                                        "Reconciliations",
                                        "if (!store.startReconciling(question.id(), question.token(), length)) {",
                                        NEVER))
                        .foundBy(3),
                PlantedFault.of(
                                "what was found out is not fenced off from the former owner",
                                edit(
                                        "spi.support.Transition",
                                        "? acquired(claim, nextToken.get(), present.attempt() + 1, present.createdAt(), now)",
                                        "? acquired(claim, present.token(), present.attempt() + 1, present.createdAt(), now)"))
                        .foundBy(3));
    }

    private static List<PlantedFault> async() {
        return Stream.of(
                        PlantedFault.of(
                                        "an outcome is lost when no thread can be had for its second write",
                                        edit(
                                                "LeasedExecution",
                                                "return CompletableFuture.completedFuture(concludeLater(outcome, writeOf(outcome)));",
                                                "return CompletableFuture.failedFuture(e);"))
                                .foundBy(5359),
                        PlantedFault.of(
                                        "an answer goes out although its write has failed",
                                        edit(
                                                "LeasedExecution",
                                                "return parts.background().supply(\"reprise-finisher\", () -> conclude(outcome, first));",
                                                "return CompletableFuture.completedFuture(answerHeld(outcome));"))
                                .foundBy(6),
                        PlantedFault.of(
                                        "a handler whose stage fails leaves its operation running",
                                        edit(
                                                "IdempotencyEngine",
                                                "execution\n                                .finishAsync(Outcome.Uncertain.because(failure))",
                                                "CompletableFuture.<Answer>failedFuture(failure)"))
                                .foundBy(6))
                .map(fault -> fault.on(PlantedFault.Store.ASYNC))
                .toList();
    }

    private static List<PlantedFault> transactional() {
        return Stream.of(
                        PlantedFault.of(
                                        "of two replays at the same moment one is answered as in progress",
                                        edit(
                                                "TransactionalClaims",
                                                "if (!awaitLook(other)) {",
                                                "if (!other.hasLooked()) { return parts.replies().inProgress(operation.id(), started); }"
                                                        + " if (!awaitLook(other)) {"))
                                .foundBy(272),
                        PlantedFault.of(
                                        "a commit that is not acknowledged counts as none",
                                        edit(
                                                "CommitCheck",
                                                "case UNKNOWN -> findOut(failure);",
                                                "case UNKNOWN -> new Conclusion.NotCommitted(failure, false);"))
                                .foundBy(113),
                        PlantedFault.of(
                                        "a commit that is not decided yet counts as none",
                                        edit(
                                                "CommitCheck",
                                                "case Claimed.Busy ignored -> {",
                                                "case Claimed.Busy ignored -> { if (Boolean.TRUE) { return new Conclusion.NotCommitted(lost, true); }"))
                                .foundBy(506),
                        PlantedFault.of(
                                        "a claim reads a snapshot that is older than its lock",
                                        edit(
                                                "testkit.simulation.SimulatedDatabase",
                                                "Optional<OperationRecord> record = committed(id, now);",
                                                "Optional<OperationRecord> record = Optional.ofNullable(session.snapshot.get(id))"
                                                        + ".filter(seen -> !seen.expiredAt(now));"),
                                        edit(
                                                "testkit.simulation.SimulatedDatabase",
                                                "private final List<LedgerEntry> effects",
                                                "private final Map<OperationId, OperationRecord> snapshot = new HashMap<>(records);"
                                                        + " private final List<LedgerEntry> effects"))
                                .foundBy(118),
                        PlantedFault.of(
                                        "an error of the server commits",
                                        edit(
                                                "TransactionalExecution",
                                                "answered.response().status() < SERVER_ERROR",
                                                "true"))
                                .foundBy(2),
                        PlantedFault.of(
                                        "a turn is not given back",
                                        edit("TransactionalExecution", "parts.turns().leave(id(), turn);", ""))
                                .foundBy(0),
                        PlantedFault.of(
                                        "a transaction stays open when there is nothing to execute",
                                        edit(
                                                "TransactionalClaims",
                                                "if (!kept) {\n                transaction.close();",
                                                "if (!kept) {"))
                                .foundBy(0))
                .map(fault -> fault.on(PlantedFault.Store.TRANSACTIONS))
                .toList();
    }

    /** The old way to park: take the operation over, and park it as the new owner. */
    private static Edit takeOverToPark() {
        return edit(
                "Claims",
                "if (lease.attempt() > 1) {",
                "if (operation.policy().uncertain() == OperationPolicy.Uncertain.UNKNOWN && lease.attempt() > 1) {"
                        + " parts.heartbeat().stop(execution);"
                        + " try { store.park(lease, \"abandoned\"); } catch (StoreException e) {"
                        + " withdrawals.withdraw(claim); return parts.replies().storeFailed(operation.id(), e, started); }"
                        + " return parts.replies().unknown(operation.id(), \"abandoned\", started); }"
                        + " if (lease.attempt() > 1) {");
    }
}
