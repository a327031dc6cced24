/** What operators see and do. */
@NullMarked
package dev.reprise.gateway.operations;

import org.jspecify.annotations.NullMarked;
