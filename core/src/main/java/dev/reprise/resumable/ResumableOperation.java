package dev.reprise.resumable;

/**
 * What carries an operation through, in steps. Called again from its top, perhaps in another process, until it returns; so
 * all its effects are in steps. One object serves all operations of its type, so it is thread-safe.
 *
 * @param <I> the type of the input
 * @param <O> the type of the result
 * @param <T> the handle of a transaction, such as {@code java.sql.Connection}
 */
@FunctionalInterface
public interface ResumableOperation<I, O, T> {
    /**
     * Carries the operation through.
     *
     * @return its result, recorded with the last step
     * @throws Exception if it cannot go on now: before anything was recorded that goes on to the caller, and afterwards
     *     the operation is run again later
     */
    O run(I input, Steps<T> steps) throws Exception;
}
