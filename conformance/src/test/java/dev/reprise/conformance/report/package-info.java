/** What reports say. */
@NullMarked
package dev.reprise.conformance.report;

import org.jspecify.annotations.NullMarked;
