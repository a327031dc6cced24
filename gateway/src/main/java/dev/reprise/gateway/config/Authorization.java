package dev.reprise.gateway.config;

import dev.reprise.console.text.FieldName;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The service that is asked, before anything is looked up, whether a protected request may go on (S13).
 *
 * @param url where it is asked: any 2xx lets the request go on, 401 and 403 are passed on to the caller
 * @param timeout how long it may take. Default: 2 seconds
 * @param principalHeader the field of its answer that names the caller; the principal comes from the request if null
 */
public record Authorization(
        URI url, Duration timeout, @Nullable String principalHeader) {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** This service at another place. */
    public Authorization at(URI changed) {
        return new Authorization(changed, timeout, principalHeader);
    }

    /** A service with everything else as usual. */
    public static Authorization of(URI url) {
        return new Authorization(url, TIMEOUT, null);
    }

    /**
     * Reads where a service is asked.
     *
     * @throws IllegalArgumentException if it is not the URL of a service
     */
    public static URI url(String text) {
        try {
            URI url = new URI(text);
            if (url.getHost() != null && url.getRawFragment() == null && isHttp(url.getScheme())) {
                return url;
            }
        } catch (URISyntaxException e) {
            // Refused below, without a cause that has the whole text.
        }
        throw new IllegalArgumentException(
                Unsaid.url(text) + " is not the URL of a service; write it as in http://127.0.0.1:9001/authorize");
    }

    private static boolean isHttp(@Nullable String scheme) {
        return "http".equals(scheme) || "https".equals(scheme);
    }

    /** Fills in the timeout. */
    public Authorization {
        if (url == null) {
            throw new IllegalArgumentException("the url of the service is missing");
        }
        if (timeout == null) {
            timeout = TIMEOUT;
        }
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("timeout has to be longer than 0");
        }
        RouteSettings.requireAtMostADay("timeout", timeout);
        FieldName.check(principalHeader);
    }
}
