@NullMarked
package dev.reprise.gateway.sample;

import org.jspecify.annotations.NullMarked;
