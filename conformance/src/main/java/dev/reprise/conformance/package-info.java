/** What is checked, how carefully, and what was found. */
@NullMarked
package dev.reprise.conformance;

import org.jspecify.annotations.NullMarked;
