/** What an operator sees of operations and does to them, in the gateway's process or from outside. */
@NullMarked
package dev.reprise.gateway.operations;

import org.jspecify.annotations.NullMarked;
