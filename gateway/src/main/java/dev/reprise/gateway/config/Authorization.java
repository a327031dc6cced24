package dev.reprise.gateway.config;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The service that is asked, before anything is looked up, whether a protected request may go on (S13).
 *
 * @param url where it is asked: any 2xx lets the request go on, 401 and 403 are passed on to the caller
 * @param timeout how long it may take; 2 seconds unless said
 * @param principalHeader the field of its answer that names the caller; the principal comes from the request if null
 */
public record Authorization(
        URI url, Duration timeout, @Nullable String principalHeader) {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** A service with everything else as usual. */
    public static Authorization at(URI url) {
        return new Authorization(url, TIMEOUT, null);
    }

    /** Checks the URL and fills in the timeout. */
    public Authorization {
        if (url == null
                || url.getHost() == null
                || !String.valueOf(url.getScheme()).matches("https?")) {
            throw new IllegalArgumentException(
                    "Authorization needs the url of a service, as in http://127.0.0.1:9001/authorize");
        }
        if (timeout == null) {
            timeout = TIMEOUT;
        }
    }
}
