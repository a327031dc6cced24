/** Inputs and results of resumable operations as JSON, by Jackson 3. */
@NullMarked
package dev.reprise.jackson;

import org.jspecify.annotations.NullMarked;
