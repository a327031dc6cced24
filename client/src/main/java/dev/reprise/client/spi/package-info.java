/**
 * What adapters of HTTP clients are written against, and rules of one's own about what is retried. A program that only
 * makes calls names none of these types.
 */
@NullMarked
package dev.reprise.client.spi;

import org.jspecify.annotations.NullMarked;
