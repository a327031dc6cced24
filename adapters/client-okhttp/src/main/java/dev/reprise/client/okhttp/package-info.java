/** Retries of an OkHttpClient, as an interceptor, by the policies of {@link dev.reprise.client}. */
@NullMarked
package dev.reprise.client.okhttp;

import org.jspecify.annotations.NullMarked;
