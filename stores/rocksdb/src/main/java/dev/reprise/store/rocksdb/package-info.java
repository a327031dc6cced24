/**
 * The embedded store: durable records in a folder beside the process.
 *
 * <p>Start at {@link dev.reprise.store.rocksdb.RocksDbStore}; {@code docs/adr/002-embedded-store.md} says why it is
 * built this way.
 */
@NullMarked
package dev.reprise.store.rocksdb;

import org.jspecify.annotations.NullMarked;
