/**
 * The retrying client: {@link dev.reprise.client.RetryingHttpClient} in the place of a {@link java.net.http.HttpClient},
 * with {@link dev.reprise.client.Retries} to
 * set it up. Adapters of other clients are in modules of their own, written against {@link dev.reprise.client.spi}.
 */
@NullMarked
package dev.reprise.client;

import org.jspecify.annotations.NullMarked;
