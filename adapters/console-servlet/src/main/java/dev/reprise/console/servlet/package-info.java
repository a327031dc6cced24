/** The operator's console in a servlet container. */
@NullMarked
package dev.reprise.console.servlet;

import org.jspecify.annotations.NullMarked;
