package dev.reprise.gateway.config;

import static dev.reprise.gateway.config.RouteSettings.either;

import dev.reprise.http.Effects;
import dev.reprise.http.StatusRange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said about what a service's answers say about its effect (S14, S15); null is what was not said.
 *
 * @param none the answers that say that there was none
 * @param uncertain the answers that leave it open
 */
public record EffectSettings(
        @Nullable List<StatusRange> none, @Nullable List<StatusRange> uncertain) {
    /** These settings, and those of the others where nothing is said here. */
    EffectSettings orElse(EffectSettings others) {
        return new EffectSettings(either(none, others.none), either(uncertain, others.uncertain));
    }

    /** With what was not said filled in. */
    Effects complete(Effects usual) {
        return new Effects(none == null ? usual.none() : none, uncertain == null ? usual.uncertain() : uncertain);
    }
}
