/** The store in this process's memory, for tests and for services that may forget on restart. */
@NullMarked
package dev.reprise.memory;

import org.jspecify.annotations.NullMarked;
