/** What operations do, and what nobody goes on with, as meters of Micrometer. */
@NullMarked
package dev.reprise.micrometer;

import org.jspecify.annotations.NullMarked;
