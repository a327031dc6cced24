/** Rides that are created, charged and confirmed, each once, whatever crashes. */
@NullMarked
package dev.reprise.examples.rides;

import org.jspecify.annotations.NullMarked;
