/** What the gateway is told: the settings of the file and the flags, checked and completed. */
@NullMarked
package dev.reprise.gateway.config;

import org.jspecify.annotations.NullMarked;
