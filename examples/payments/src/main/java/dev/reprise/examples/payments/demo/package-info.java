/** The page that breaks the network and shows what follows. An application of yours does not need any of it. */
@NullMarked
package dev.reprise.examples.payments.demo;

import org.jspecify.annotations.NullMarked;
