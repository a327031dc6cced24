/** The table of requests and handlers by which applications are compared with and without the filter. */
@NullMarked
package dev.reprise.servlet.comparison;

import org.jspecify.annotations.NullMarked;
