/**
 * A store in Apache Cassandra: every change of a record is one conditional write, and what came of it is read again at the strongest
 * level whenever that is not known.
 */
@NullMarked
package dev.reprise.store.cassandra;

import org.jspecify.annotations.NullMarked;
