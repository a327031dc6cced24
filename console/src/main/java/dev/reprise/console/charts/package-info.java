/** What a process has done lately, kept in a little memory. */
@NullMarked
package dev.reprise.console.charts;

import org.jspecify.annotations.NullMarked;
