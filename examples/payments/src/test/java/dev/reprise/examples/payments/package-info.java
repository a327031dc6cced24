@NullMarked
package dev.reprise.examples.payments;

import org.jspecify.annotations.NullMarked;
