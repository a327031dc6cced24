/** Endpoints of Spring Boot applications that are safe to retry, by one annotation. */
@NullMarked
package dev.reprise.spring.boot;

import org.jspecify.annotations.NullMarked;
