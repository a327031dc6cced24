/** The cases, and what runs them. */
@NullMarked
package dev.reprise.conformance.check;

import org.jspecify.annotations.NullMarked;
