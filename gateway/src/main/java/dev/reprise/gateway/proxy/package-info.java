/** What callers connect to: requests from their heads to their answers, and the services behind. */
@NullMarked
package dev.reprise.gateway.proxy;

import org.jspecify.annotations.NullMarked;
