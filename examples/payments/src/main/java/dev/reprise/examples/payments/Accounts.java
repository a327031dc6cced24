package dev.reprise.examples.payments;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Double entry: each transfer takes from one account what it gives to another, so that all entries add up to nothing. */
@Repository
public class Accounts {
    private final JdbcClient jdbc;

    Accounts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Books a transfer in the transaction that is open. */
    String transfer(String from, String to, long cents, String memo) {
        String id = UUID.randomUUID().toString();
        jdbc.sql("INSERT INTO transfer VALUES (?, ?)").params(id, memo).update();
        enter(id, from, -cents);
        enter(id, to, cents);
        return id;
    }

    private void enter(String transfer, String account, long cents) {
        jdbc.sql("INSERT INTO entry VALUES (?, ?, ?)")
                .params(transfer, account, cents)
                .update();
    }

    /** What each account has, in cents, by its name. */
    public List<Map<String, Object>> balances() {
        return jdbc.sql("SELECT account, SUM(cents) AS cents FROM entry GROUP BY account ORDER BY account")
                .query()
                .listOfRows();
    }

    /** How many transfers there are. */
    public long transfers() {
        return jdbc.sql("SELECT COUNT(*) FROM transfer").query(Long.class).single();
    }
}
