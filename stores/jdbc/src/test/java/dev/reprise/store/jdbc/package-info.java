@NullMarked
package dev.reprise.store.jdbc;

import org.jspecify.annotations.NullMarked;
