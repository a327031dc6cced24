package dev.reprise.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FinishedRecordsTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final OperationId ID = new OperationId(new Scope("alice", "/charges"), new IdempotencyKey("k"));
    private static final OperationRecord RECORD = new OperationRecord(
            ID,
            new RequestFingerprint(1, new byte[32]),
            new FencingToken(1),
            1,
            NOW,
            new Completed(new Response(201, Headers.EMPTY, Body.EMPTY), NOW, NOW.plusSeconds(60)));

    private final FinishedRecords finished = new FinishedRecords(1 << 20);

    @Test
    void what_was_read_before_an_answer_was_erased_is_not_kept_S36() {
        long before = finished.erasures();
        finished.erased(ID);
        finished.add(RECORD, before);

        assertThat(finished.find(ID, NOW)).isNull();

        finished.add(RECORD, finished.erasures());
        assertThat(finished.find(ID, NOW)).isEqualTo(RECORD);
    }
}
