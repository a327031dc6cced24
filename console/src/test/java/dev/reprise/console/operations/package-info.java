/** What operators see and do. */
@NullMarked
package dev.reprise.console.operations;

import org.jspecify.annotations.NullMarked;
