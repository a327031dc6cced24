/** What operators have done: who, when, why, and how it stood before. */
@NullMarked
package dev.reprise.console.audit;

import org.jspecify.annotations.NullMarked;
