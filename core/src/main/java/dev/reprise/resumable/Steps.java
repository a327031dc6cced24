package dev.reprise.resumable;

import java.time.Duration;

/**
 * What an operation does its work with. Each step is recorded when it is finished; when the operation is run again, after a
 * crash or a failure, finished steps return what was recorded and do nothing (P4).
 *
 * <p>A step is known by its name alone, never by its position, so steps may be added and moved, and may run in parallel
 * branches; in loops and branches names carry something of their own, such as {@code "ship " + item}. A name is used once in
 * a run. Whatever decides which steps are taken has to come from the input and from steps.
 *
 * <p>Every method throws an exception that ends this run of the operation, if it cannot go on here: a step failed, the
 * lease is lost, or it sleeps. Let it through. A handler that catches it changes nothing, since all later steps throw it
 * again. What a caller has to know, such as a refused card, is a result and no exception.
 *
 * <p>Thread-safe.
 *
 * @param <T> the handle of a transaction, such as {@code java.sql.Connection}
 */
public interface Steps<T> {
    /**
     * Works in a transaction of the database, which commits together with the result (P2). Transactions that failed because of
     * others are made again (P8).
     */
    <R> R local(String name, Codec<R> codec, Work<T, R> work);

    /** {@link #local(String, Codec, Work)} with the engine's codec for that type. */
    <R> R local(String name, Class<R> type, Work<T, R> work);

    /** {@link #local(String, Codec, Work)} without a result. */
    void local(String name, Effect<T> effect);

    /**
     * Calls somebody who recognises a key, outside any transaction. The key is derived from the operation and the name of
     * the step, and is the same on every attempt (P3). A call that fails is made again as the options say.
     */
    <R> R remote(String name, Codec<R> codec, Call<R> call);

    /** {@link #remote(String, Codec, Call)} with the engine's codec for that type. */
    <R> R remote(String name, Class<R> type, Call<R> call);

    /**
     * Calls somebody who recognises no keys, and whom nobody can ask afterwards: at most once. If it fails, or this process
     * crashes in it, the operation is parked (P6).
     */
    <R> R once(String name, Class<R> type, Call<R> call);

    /** Calls somebody who recognises no keys, but can be asked afterwards. The call is made again only if it did not happen (P6). */
    <R> R once(String name, Class<R> type, Call<R> call, Inquiry<R> inquiry);

    /**
     * Waits without holding anything: the operation is left alone that long and then run again, perhaps elsewhere. A branch
     * that would sleep meanwhile begins to when this one is over.
     */
    void sleep(String name, Duration pause);

    /** Waits in the same way for the answer that somebody gives by {@link ResumableEngine#answer}, for as long as that takes. */
    <R> R await(String name, Class<R> type);

    /** The same steps with other options. */
    Steps<T> with(StepOptions options);

    /** Work in a transaction, which it neither commits nor rolls back. */
    @FunctionalInterface
    interface Work<T, R> {
        /** Does it. What it throws rolls the transaction back. */
        R in(T transaction) throws Exception;
    }

    /** {@link Work} without a result. */
    @FunctionalInterface
    interface Effect<T> {
        /** Does it. What it throws rolls the transaction back. */
        void in(T transaction) throws Exception;
    }

    /** A call of somebody else. */
    @FunctionalInterface
    interface Call<R> {
        /** Makes it. */
        R under(String childKey) throws Exception;
    }

    /** Asks what became of a call. */
    @FunctionalInterface
    interface Inquiry<R> {
        /** Asks. An exception means that it could not be asked now. */
        Finding<R> about(String childKey) throws Exception;
    }

    /** What became of a call. */
    sealed interface Finding<R> {
        /** It happened, and this came of it. */
        record Happened<R>(R result) implements Finding<R> {}

        /** It did not, and never will. */
        record DidNotHappen<R>() implements Finding<R> {}

        /** Nobody can tell, which parks the operation. */
        record NotKnown<R>(String reason) implements Finding<R> {}
    }
}
