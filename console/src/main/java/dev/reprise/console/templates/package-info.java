/** The pages, generated from the templates by the build. */
@NullMarked
package dev.reprise.console.templates;

import org.jspecify.annotations.NullMarked;
