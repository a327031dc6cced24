@NullMarked
package dev.reprise.examples.rides;

import org.jspecify.annotations.NullMarked;
