/** What an operator sees of operations and does to them, in any store. */
@NullMarked
package dev.reprise.console.operations;

import org.jspecify.annotations.NullMarked;
