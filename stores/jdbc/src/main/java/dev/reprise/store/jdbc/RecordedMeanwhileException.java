package dev.reprise.store.jdbc;

import dev.reprise.OperationId;
import dev.reprise.spi.StoreException;
import java.sql.SQLException;

/** A record of the operation came to be between the claim and the end of a transaction. */
final class RecordedMeanwhileException extends StoreException {
    private static final long serialVersionUID = 1;

    RecordedMeanwhileException(OperationId id, SQLException duplicate) {
        super(
                id + " was recorded by somebody else while the transaction ran; it has to be rolled back, and the next "
                        + "attempt sees that record",
                duplicate);
    }
}
