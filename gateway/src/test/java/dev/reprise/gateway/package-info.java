@NullMarked
package dev.reprise.gateway;

import org.jspecify.annotations.NullMarked;
