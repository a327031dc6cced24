package dev.reprise.spi;

/**
 * Opens transactions of the business database, for an engine that runs handlers in them. Thread-safe.
 *
 * @param <T> the handle of an open transaction, such as {@code java.sql.Connection}
 */
@FunctionalInterface
public interface Transactions<T> {
    /**
     * Opens a transaction, and waits for a connection as long as its source does.
     *
     * @throws StoreException if there is none
     */
    Transaction<T> begin();

    /**
     * An open transaction. For one thread at a time.
     *
     * @param <T> its handle
     */
    interface Transaction<T> extends AutoCloseable {
        /** What statements are run with. */
        T handle();

        /**
         * Makes the work durable.
         *
         * @throws StoreException if that failed; its cause says whether it is known to have failed
         */
        void commit();

        /**
         * Whether the work, or what it was done with, has said that it must not be committed, whatever it answers. Default: never.
         */
        default boolean isRollbackOnly() {
            return false;
        }

        /** Whether it has to end on the thread that began it, so that nothing can be answered by another one. Default: no. */
        default boolean boundToThread() {
            return false;
        }

        /**
         * Whether {@link #commit} may still work in the transaction, as frameworks do that write changes late. A store commits
         * such a one by {@link #commit} only, and by no statement of its own: that would come before the work. Default: no.
         */
        default boolean worksAtCommit() {
            return false;
        }

        /** Rolls back, unless it was committed, and gives the connection back. Never throws; may be called twice. */
        @Override
        void close();
    }
}
