/** The gateway: a reverse proxy that makes the service behind it safe to retry. */
@NullMarked
package dev.reprise.gateway;

import org.jspecify.annotations.NullMarked;
