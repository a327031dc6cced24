package dev.reprise.memory;

import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.spi.OperationQuery;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Finds out what a query asks for. */
final class MemoryListing {
    private static final Comparator<OperationId> ORDER = Comparator.<OperationId, String>comparing(
                    id -> id.key().value())
            .thenComparing(id -> id.scope().principal())
            .thenComparing(id -> id.scope().route());

    private MemoryListing() {}

    static OperationQuery.Page<OperationRecord> of(Stream<OperationRecord> records, OperationQuery query, Instant now) {
        OperationId after = query.after();
        List<OperationRecord> found = records.filter(record -> !record.expiredAt(now))
                .filter(record -> query.kinds().contains(record.state().kind()))
                .filter(record ->
                        query.key() == null || query.key().equals(record.id().key()))
                .filter(record -> after == null || ORDER.compare(record.id(), after) > 0)
                .sorted(Comparator.comparing(OperationRecord::id, ORDER))
                .limit(query.limit())
                .map(OperationRecord::asListed)
                .toList();
        return query.page(found, OperationRecord::id);
    }
}
