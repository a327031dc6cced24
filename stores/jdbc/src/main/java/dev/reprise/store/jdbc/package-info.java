/**
 * Keeps records in a database: {@link dev.reprise.store.jdbc.JdbcStore} under leases, and
 * {@link dev.reprise.store.jdbc.JdbcTransactionalStore} in the business transaction.
 */
@NullMarked
package dev.reprise.store.jdbc;

import org.jspecify.annotations.NullMarked;
