@NullMarked
package dev.reprise.store.cassandra;

import org.jspecify.annotations.NullMarked;
