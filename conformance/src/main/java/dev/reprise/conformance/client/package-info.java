/** Checking clients: a server that fails by script, and what a client's requests say of it. */
@NullMarked
package dev.reprise.conformance.client;

import org.jspecify.annotations.NullMarked;
