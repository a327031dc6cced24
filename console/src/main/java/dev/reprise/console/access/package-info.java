/** Who may see and do what in the console, and how they show who they are. */
@NullMarked
package dev.reprise.console.access;

import org.jspecify.annotations.NullMarked;
