@NullMarked
package dev.reprise.gateway.proxy;

import org.jspecify.annotations.NullMarked;
