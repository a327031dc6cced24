package dev.reprise.gateway.config;

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
    /** What was said, with everything filled in that was not. */
    static Effects complete(Layers<EffectSettings> said, Effects usual) {
        return new Effects(
                said.first(EffectSettings::none, usual.none()),
                said.first(EffectSettings::uncertain, usual.uncertain()));
    }
}
