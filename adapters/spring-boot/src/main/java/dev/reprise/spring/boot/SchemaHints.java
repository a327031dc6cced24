package dev.reprise.spring.boot;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** The scripts that a native image has to bring along. */
final class SchemaHints implements RuntimeHintsRegistrar {
    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classes) {
        hints.resources().registerPattern("dev/reprise/store/jdbc/*/*.sql");
        hints.resources().registerPattern("dev/reprise/outbox/*.sql");
    }
}
