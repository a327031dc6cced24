/** How people write choices, amounts and names, and the one form of operations in JSON. */
@NullMarked
package dev.reprise.console.text;

import org.jspecify.annotations.NullMarked;
