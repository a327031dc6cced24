/** The checks as tests. */
@NullMarked
package dev.reprise.conformance.junit;

import org.jspecify.annotations.NullMarked;
