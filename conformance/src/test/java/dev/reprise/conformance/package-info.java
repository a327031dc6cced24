/** What is checked, and how carefully. */
@NullMarked
package dev.reprise.conformance;

import org.jspecify.annotations.NullMarked;
