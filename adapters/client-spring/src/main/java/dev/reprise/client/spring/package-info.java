/** Retries of a RestClient or RestTemplate, as an interceptor, and of a WebClient, as a filter, by the policies of {@link dev.reprise.client}. */
@NullMarked
package dev.reprise.client.spring;

import org.jspecify.annotations.NullMarked;
