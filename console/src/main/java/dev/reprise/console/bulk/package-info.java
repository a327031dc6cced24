/** What is done to many operations, bit by bit. */
@NullMarked
package dev.reprise.console.bulk;

import org.jspecify.annotations.NullMarked;
