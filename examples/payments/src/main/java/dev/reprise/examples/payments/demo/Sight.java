package dev.reprise.examples.payments.demo;

import dev.reprise.examples.payments.Accounts;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the page shows: the last experiment, the money, and the records. Thread-safe. */
@Component
class Sight {
    private static final int MOST = 8;

    private final Accounts accounts;
    private final JdbcClient jdbc;

    Sight(Accounts accounts, JdbcClient jdbc) {
        this.accounts = accounts;
        this.jdbc = jdbc;
    }

    /**
     * All of it at one moment.
     *
     * @param trial what was asked for last
     * @param transfers how many there are in the ledger
     * @param charges how many the provider made
     * @param changes how many there are of DNS records
     * @param balances account and cents
     * @param records key, route, state and attempt of the newest operations
     */
    record Seen(
            @Nullable Trial trial,
            List<Attempt> attempts,
            boolean over,
            long transfers,
            long charges,
            long notices,
            long changes,
            List<Map<String, Object>> balances,
            List<Map<String, Object>> records) {}

    Seen now(@Nullable Experiment last) {
        return new Seen(
                last == null ? null : last.trial(),
                last == null ? List.of() : last.attempts(),
                last == null || last.isOver(),
                accounts.transfers(),
                count("provider_charge"),
                count("notice"),
                count("dns_change"),
                accounts.balances(),
                records());
    }

    private long count(String table) {
        return jdbc.sql("SELECT COUNT(*) FROM " + table).query(Long.class).single();
    }

    private List<Map<String, Object>> records() {
        return jdbc.sql("SELECT idempotency_key AS name, route, "
                        + "CASE state WHEN 1 THEN 'running' WHEN 2 THEN 'completed' ELSE 'unknown' END AS state, status, attempt "
                        + "FROM reprise_operation ORDER BY created_at DESC FETCH FIRST " + MOST + " ROWS ONLY")
                .query()
                .listOfRows();
    }
}
