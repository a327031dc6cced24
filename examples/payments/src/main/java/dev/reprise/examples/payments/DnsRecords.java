package dev.reprise.examples.payments;

import dev.reprise.spring.boot.Idempotent;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Names and addresses. PUT and DELETE may be repeated anyway; with a key, a late repetition neither undoes what somebody else has
 * changed since, nor is another change in the history. As in dynamic updates of DNS (RFC 2136), deleting what is not there is no
 * mistake.
 */
@RestController
@Idempotent(required = false)
class DnsRecords {
    private final JdbcClient jdbc;

    DnsRecords(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A change of the zone.
     *
     * @param id of its own
     * @param address null if the name was deleted
     */
    record Change(String id, String name, @Nullable String address) {}

    @PutMapping("/dns/{name}")
    ResponseEntity<Change> put(@PathVariable String name, @RequestBody String address) {
        boolean known = jdbc.sql("UPDATE dns_record SET address = ? WHERE name = ?")
                        .params(address, name)
                        .update()
                > 0;
        if (!known) {
            jdbc.sql("INSERT INTO dns_record VALUES (?, ?)")
                    .params(name, address)
                    .update();
        }
        return ResponseEntity.status(known ? HttpStatus.OK : HttpStatus.CREATED).body(changed(name, address));
    }

    @DeleteMapping("/dns/{name}")
    Change delete(@PathVariable String name) {
        jdbc.sql("DELETE FROM dns_record WHERE name = ?").params(name).update();
        return changed(name, null);
    }

    private Change changed(String name, @Nullable String address) {
        Change change = new Change(UUID.randomUUID().toString(), name, address);
        jdbc.sql("INSERT INTO dns_change VALUES (?, ?, ?)")
                .param(change.id())
                .param(name)
                .param(address)
                .update();
        return change;
    }
}
