/** What the templates are given: everything in the words that the page shows. */
@NullMarked
package dev.reprise.console.view;

import org.jspecify.annotations.NullMarked;
