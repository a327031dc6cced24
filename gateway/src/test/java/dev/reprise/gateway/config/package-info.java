@NullMarked
package dev.reprise.gateway.config;

import org.jspecify.annotations.NullMarked;
