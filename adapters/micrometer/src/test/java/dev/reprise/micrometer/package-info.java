@NullMarked
package dev.reprise.micrometer;

import org.jspecify.annotations.NullMarked;
