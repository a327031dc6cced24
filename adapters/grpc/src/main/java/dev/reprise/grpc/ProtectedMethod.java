package dev.reprise.grpc;

import dev.reprise.OperationPolicy;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.EnumMap;
import java.util.Map;

/**
 * A unary method that is safe to retry, and how. Immutable. Start from {@link #of} and change what differs.
 *
 * @param name the full name, such as {@code payments.Payments/Charge}; it is the route of its operations (S12)
 * @param keyRequired whether calls without a key are refused (S4); otherwise they pass through unprotected
 * @param policy how its operations are treated
 * @param maxMessage the longest answer in bytes that is recorded; of a longer one the record keeps all but the message (S21)
 * @param meanings what answers say about the effect, by their code (S14, S15)
 */
public record ProtectedMethod(
        String name, boolean keyRequired, OperationPolicy policy, int maxMessage, Map<Status.Code, Meaning> meanings) {
    /** What a gRPC client accepts by default: 4 MiB. */
    private static final int MAX_MESSAGE = 4 * 1024 * 1024;

    private static final Map<Status.Code, Meaning> DEFAULT_MEANINGS = Map.ofEntries(
            Map.entry(Status.Code.OK, Meaning.FINAL),
            Map.entry(Status.Code.INVALID_ARGUMENT, Meaning.FINAL),
            Map.entry(Status.Code.NOT_FOUND, Meaning.FINAL),
            Map.entry(Status.Code.ALREADY_EXISTS, Meaning.FINAL),
            Map.entry(Status.Code.FAILED_PRECONDITION, Meaning.FINAL),
            Map.entry(Status.Code.ABORTED, Meaning.FINAL),
            Map.entry(Status.Code.OUT_OF_RANGE, Meaning.FINAL),
            Map.entry(Status.Code.UNAUTHENTICATED, Meaning.NOTHING_DONE),
            Map.entry(Status.Code.PERMISSION_DENIED, Meaning.NOTHING_DONE),
            Map.entry(Status.Code.RESOURCE_EXHAUSTED, Meaning.NOTHING_DONE),
            Map.entry(Status.Code.UNIMPLEMENTED, Meaning.NOTHING_DONE),
            Map.entry(Status.Code.UNAVAILABLE, Meaning.UNCERTAIN),
            Map.entry(Status.Code.CANCELLED, Meaning.UNCERTAIN),
            Map.entry(Status.Code.UNKNOWN, Meaning.UNCERTAIN),
            Map.entry(Status.Code.DEADLINE_EXCEEDED, Meaning.UNCERTAIN),
            Map.entry(Status.Code.INTERNAL, Meaning.UNCERTAIN),
            Map.entry(Status.Code.DATA_LOSS, Meaning.UNCERTAIN));

    /** What an answer says about the effect of its call. */
    public enum Meaning {
        /** This is the answer to the operation: recorded and replayed. */
        FINAL,
        /** There was no effect: the key is free again. */
        NOTHING_DONE,
        /** Nobody can tell; {@link OperationPolicy#uncertain} decides what follows. */
        UNCERTAIN
    }

    /** Copies the meanings. */
    public ProtectedMethod {
        if (maxMessage < 0) {
            throw new IllegalArgumentException("maxMessage must not be negative: " + maxMessage);
        }
        meanings = Map.copyOf(meanings);
    }

    /**
     * The method with the default policy; calls without a key pass through.
     *
     * @throws IllegalArgumentException if it is not unary: a stream has no one answer that could be recorded
     */
    public static ProtectedMethod of(MethodDescriptor<?, ?> method) {
        if (method.getType() != MethodDescriptor.MethodType.UNARY) {
            throw new IllegalArgumentException(method.getFullMethodName() + " is " + method.getType()
                    + ", and only unary methods can be protected: a stream has no one answer that could be recorded");
        }
        return new ProtectedMethod(
                method.getFullMethodName(), false, OperationPolicy.DEFAULT, MAX_MESSAGE, DEFAULT_MEANINGS);
    }

    /** This method, with calls without a key refused or not. */
    public ProtectedMethod withKeyRequired(boolean changed) {
        return new ProtectedMethod(name, changed, policy, maxMessage, meanings);
    }

    /** This method with another policy. */
    public ProtectedMethod withPolicy(OperationPolicy changed) {
        return new ProtectedMethod(name, keyRequired, changed, maxMessage, meanings);
    }

    /** This method with another limit on what is recorded. */
    public ProtectedMethod withMaxMessage(int changed) {
        return new ProtectedMethod(name, keyRequired, policy, changed, meanings);
    }

    /** This method with another meaning of answers with that code. */
    public ProtectedMethod withMeaning(Status.Code code, Meaning changed) {
        Map<Status.Code, Meaning> replaced = new EnumMap<>(Status.Code.class);
        replaced.putAll(meanings);
        replaced.put(code, changed);
        return new ProtectedMethod(name, keyRequired, policy, maxMessage, replaced);
    }

    /** What answers with that code say; uncertain where nothing is set. */
    Meaning meaningOf(Status.Code code) {
        return meanings.getOrDefault(code, Meaning.UNCERTAIN);
    }
}
