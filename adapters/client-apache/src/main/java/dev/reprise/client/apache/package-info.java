/** Retries of an Apache HttpClient 5, as a handler in its chain, by the policies of {@link dev.reprise.client}. */
@NullMarked
package dev.reprise.client.apache;

import org.jspecify.annotations.NullMarked;
