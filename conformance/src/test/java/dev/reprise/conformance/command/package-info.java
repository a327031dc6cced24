/** The command line, as people use it. */
@NullMarked
package dev.reprise.conformance.command;

import org.jspecify.annotations.NullMarked;
