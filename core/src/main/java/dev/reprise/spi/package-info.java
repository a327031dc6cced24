/**
 * What a store author implements: {@link dev.reprise.spi.OperationStore} and nothing else. The published contract in
 * the testkit says whether it is right.
 */
@NullMarked
package dev.reprise.spi;

import org.jspecify.annotations.NullMarked;
