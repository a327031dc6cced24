/**
 * The retrying client: {@link dev.reprise.client.RetryingHttpClient} in the place of a {@link java.net.http.HttpClient},
 * and {@link dev.reprise.client.Retries} as what every other client's adapter stands on.
 */
@NullMarked
package dev.reprise.client;

import org.jspecify.annotations.NullMarked;
