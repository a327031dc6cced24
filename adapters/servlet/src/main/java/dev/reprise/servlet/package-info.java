/** The servlet adapter: {@link dev.reprise.servlet.IdempotencyFilter}. */
@NullMarked
package dev.reprise.servlet;

import org.jspecify.annotations.NullMarked;
