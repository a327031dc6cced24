package dev.reprise.gateway.config;

import dev.reprise.http.DerivedKeys;
import dev.reprise.http.RequestPart;
import java.time.Duration;
import java.util.List;

/**
 * How keys are made for requests that have none.
 *
 * @param from the parts of a request that make two of them the same
 * @param window how long after the first has finished another one is taken for its retry
 */
record DerivedKeySettings(List<RequestPart> from, Duration window) {
    /** @throws IllegalArgumentException if something is missing */
    DerivedKeySettings {
        if (from == null || window == null) {
            throw new IllegalArgumentException(
                    "derived-keys needs from and window, as in from: [path, json:/order] and " + "window: 10s");
        }
        new DerivedKeys(from, window);
    }

    DerivedKeys complete() {
        return new DerivedKeys(from, window);
    }
}
