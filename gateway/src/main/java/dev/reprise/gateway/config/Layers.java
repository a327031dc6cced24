package dev.reprise.gateway.config;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What several sources say about the same, such as the options and the file. The first one that says anything about a setting
 * counts, so nothing has to be merged. Immutable, if the sources are.
 *
 * @param sources the sources, the one that overrides all others first
 */
record Layers<S>(List<S> sources) {
    Layers {
        sources = List.copyOf(sources);
    }

    /** What a source says about a setting; null if nothing. */
    interface Setting<S, V> {
        @Nullable
        V of(S source);
    }

    /** These sources, and others that they override. */
    Layers<S> orElse(Layers<S> others) {
        return new Layers<>(
                Stream.concat(sources.stream(), others.sources.stream()).toList());
    }

    /** What counts; null if nobody says anything. */
    <V> @Nullable V first(Setting<S, V> setting) {
        for (S source : sources) {
            V said = setting.of(source);
            if (said != null) {
                return said;
            }
        }
        return null;
    }

    /** What counts; the default if nobody says anything. */
    <V> V first(Setting<S, V> setting, V byDefault) {
        V said = first(setting);
        return said == null ? byDefault : said;
    }

    /** What they say about a section whose settings count one by one. */
    <T> Layers<T> section(Setting<S, T> section) {
        return new Layers<>(
                sources.stream().map(section::of).filter(Objects::nonNull).toList());
    }
}
