/** Retries of a RestClient or RestTemplate, as an interceptor, by the policies of {@link dev.reprise.client}. */
@NullMarked
package dev.reprise.client.spring;

import org.jspecify.annotations.NullMarked;
