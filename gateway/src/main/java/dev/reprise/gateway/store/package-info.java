/** The stores that a gateway can keep its records in. */
@NullMarked
package dev.reprise.gateway.store;

import org.jspecify.annotations.NullMarked;
