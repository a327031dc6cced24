/** Whether the checker can be trusted. */
@NullMarked
package dev.reprise.conformance.check;

import org.jspecify.annotations.NullMarked;
