/** Transactions of Spring for the engines, so that what works through Spring works in the one in which its answer is recorded. */
@NullMarked
package dev.reprise.spring;

import org.jspecify.annotations.NullMarked;
