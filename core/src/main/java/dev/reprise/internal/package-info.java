/** What the engines are made of. No part of the API: it may change at any time, and modules do not see it. */
@NullMarked
package dev.reprise.internal;

import org.jspecify.annotations.NullMarked;
