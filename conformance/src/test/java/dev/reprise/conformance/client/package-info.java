/** Whether the checker of clients can be trusted. */
@NullMarked
package dev.reprise.conformance.client;

import org.jspecify.annotations.NullMarked;
