@NullMarked
package dev.reprise.gateway.command;

import org.jspecify.annotations.NullMarked;
