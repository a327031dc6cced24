@NullMarked
package dev.reprise.jackson;

import org.jspecify.annotations.NullMarked;
