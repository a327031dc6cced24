/** Programs that print the tables of {@code docs/performance.md}; run them with {@code benchmarks/run}. */
@NullMarked
package dev.reprise.benchmarks;

import org.jspecify.annotations.NullMarked;
