/** Stores that are broken on purpose, each in one way, which the store contract has to notice. */
@NullMarked
package dev.reprise.testkit.broken;

import org.jspecify.annotations.NullMarked;
