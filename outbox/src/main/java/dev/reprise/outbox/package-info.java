/** Operations that are written down before they are sent, and delivered after any crash: {@link dev.reprise.outbox.Outbox}. */
@NullMarked
package dev.reprise.outbox;

import org.jspecify.annotations.NullMarked;
