/** What a process has done lately. */
@NullMarked
package dev.reprise.console.charts;

import org.jspecify.annotations.NullMarked;
