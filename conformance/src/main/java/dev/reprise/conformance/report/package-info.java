/** The ways to show what was found. */
@NullMarked
package dev.reprise.conformance.report;

import org.jspecify.annotations.NullMarked;
