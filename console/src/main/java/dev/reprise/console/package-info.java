/** The operator's console, for any web server: requests come as values, and so do responses. */
@NullMarked
package dev.reprise.console;

import org.jspecify.annotations.NullMarked;
