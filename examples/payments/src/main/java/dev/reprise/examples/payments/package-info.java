/** Payments on Spring Boot: what an application with the starter looks like. */
@NullMarked
package dev.reprise.examples.payments;

import org.jspecify.annotations.NullMarked;
