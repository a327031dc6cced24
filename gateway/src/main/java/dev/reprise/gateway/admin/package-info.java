/** What an operator and the machines of an operator see of the gateway. */
@NullMarked
package dev.reprise.gateway.admin;

import org.jspecify.annotations.NullMarked;
