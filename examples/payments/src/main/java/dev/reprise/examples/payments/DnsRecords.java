package dev.reprise.examples.payments;

import dev.reprise.spring.boot.Idempotent;
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
 * changed since, nor answers 404 for what it deleted itself.
 */
@RestController
@Idempotent(required = false)
class DnsRecords {
    private final JdbcClient jdbc;

    DnsRecords(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @PutMapping("/dns/{name}")
    ResponseEntity<Void> put(@PathVariable String name, @RequestBody String address) {
        boolean changed = jdbc.sql("UPDATE dns_record SET address = ? WHERE name = ?")
                        .params(address, name)
                        .update()
                > 0;
        if (!changed) {
            jdbc.sql("INSERT INTO dns_record VALUES (?, ?)")
                    .params(name, address)
                    .update();
        }
        return ResponseEntity.status(changed ? HttpStatus.OK : HttpStatus.CREATED)
                .build();
    }

    @DeleteMapping("/dns/{name}")
    ResponseEntity<Void> delete(@PathVariable String name) {
        boolean deleted =
                jdbc.sql("DELETE FROM dns_record WHERE name = ?").params(name).update() > 0;
        return ResponseEntity.status(deleted ? HttpStatus.NO_CONTENT : HttpStatus.NOT_FOUND)
                .build();
    }
}
