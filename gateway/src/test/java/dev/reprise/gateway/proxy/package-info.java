/** Tests of parts of the proxy that no request gets to. */
@NullMarked
package dev.reprise.gateway.proxy;

import org.jspecify.annotations.NullMarked;
