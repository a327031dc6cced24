/** A small service to try the gateway with. */
@NullMarked
package dev.reprise.gateway.sample;

import org.jspecify.annotations.NullMarked;
