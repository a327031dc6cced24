@NullMarked
package dev.reprise.spring;

import org.jspecify.annotations.NullMarked;
