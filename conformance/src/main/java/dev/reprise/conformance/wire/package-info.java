/** HTTP with control over every byte, and with a bound on everything that comes back. */
@NullMarked
package dev.reprise.conformance.wire;

import org.jspecify.annotations.NullMarked;
