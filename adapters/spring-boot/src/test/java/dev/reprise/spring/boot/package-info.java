@NullMarked
package dev.reprise.spring.boot;

import org.jspecify.annotations.NullMarked;
