@NullMarked
package dev.reprise.spring.webflux;

import org.jspecify.annotations.NullMarked;
