/** The command line. */
@NullMarked
package dev.reprise.conformance.command;

import org.jspecify.annotations.NullMarked;
