package dev.reprise.examples.payments;

import dev.reprise.spring.boot.Idempotent;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Moves money between accounts: the entries, the notice and the answer are committed together. */
@RestController
class Transfers {
    private final Accounts accounts;
    private final Notices notices;
    private final Midway midway;

    Transfers(Accounts accounts, Notices notices, Midway midway) {
        this.accounts = accounts;
        this.notices = notices;
        this.midway = midway;
    }

    /** What is asked for. */
    record Transfer(String from, String to, long cents) {}

    /** What was done. */
    record Done(String id, String from, String to, long cents) {}

    /**
     * A key is not required, so that the page can show what happens without one. An API of yours requires it, and needs no
     * {@code @Transactional} here.
     */
    @Idempotent(required = false)
    @Transactional
    @PostMapping("/transfers")
    ResponseEntity<Done> transfer(@RequestBody Transfer transfer) {
        if (transfer.cents() <= 0) {
            return ResponseEntity.unprocessableContent().build();
        }
        return ResponseEntity.status(HttpStatus.CREATED).body(book(transfer));
    }

    private Done book(Transfer transfer) {
        String id = accounts.transfer(transfer.from(), transfer.to(), transfer.cents(), "transfer");
        midway.pass();
        notices.send(id, transfer.from() + " paid " + transfer.cents() + " cents to " + transfer.to());
        return new Done(id, transfer.from(), transfer.to(), transfer.cents());
    }
}
