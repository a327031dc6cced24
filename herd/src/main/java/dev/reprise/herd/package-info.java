/** What many clients together do to a server, simulated with the policies of {@link dev.reprise.client}. */
@NullMarked
package dev.reprise.herd;

import org.jspecify.annotations.NullMarked;
