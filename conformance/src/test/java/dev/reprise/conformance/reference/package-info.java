/** A correct server for each profile, which can be broken in one place. */
@NullMarked
package dev.reprise.conformance.reference;

import org.jspecify.annotations.NullMarked;
