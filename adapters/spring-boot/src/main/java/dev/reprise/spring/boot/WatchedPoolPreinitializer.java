package dev.reprise.spring.boot;

import com.zaxxer.hikari.HikariDataSource;
import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;

/**
 * Has the class made that watches Boot's default pool, beside the beginning of a start: it takes longer than anything else of this
 * library. Spring keeps it for the pool that comes.
 */
final class WatchedPoolPreinitializer implements BackgroundPreinitializer {
    @Override
    public void preinitialize() {
        new WatchedDataSources().watched(new HikariDataSource());
    }
}
