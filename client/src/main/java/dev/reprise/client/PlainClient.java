package dev.reprise.client;

import dev.reprise.client.spi.RequestTraits;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;

/**
 * The client that a retrying one is made of, and what all calls share that are made with it.
 *
 * @param retries how calls are retried
 * @param waits the waits between attempts
 * @param watch looks after the bodies that are on their way
 * @param follows whether it follows redirects, and so may answer an operation with a page that it got in place of it
 */
record PlainClient(HttpClient client, Retries retries, Waits waits, BodyWatch watch, boolean follows) {
    static PlainClient of(HttpClient client, Retries retries) {
        return new PlainClient(
                client, retries, new Waits(), new BodyWatch(), client.followRedirects() != Redirect.NEVER);
    }

    /** Whether what a request of that method gets is known from its head on to be the answer to it. */
    boolean isDirect(String method) {
        return !follows || RequestTraits.isSafe(method);
    }
}
