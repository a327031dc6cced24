package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.RequestThrottlingException;
import com.datastax.oss.driver.api.core.connection.BusyConnectionException;
import com.datastax.oss.driver.api.core.connection.FrameTooLongException;
import com.datastax.oss.driver.api.core.servererrors.BootstrappingException;
import com.datastax.oss.driver.api.core.servererrors.QueryValidationException;
import com.datastax.oss.driver.api.core.servererrors.UnavailableException;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What a failure of the driver says about a conditional write. */
final class DriverFailures {
    private DriverFailures() {}

    /** The failure itself, without what stages wrap around it. */
    static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    /**
     * Whether the write has certainly not happened, and will not: no server has it, or one refused it before the vote. Everything else
     * may have happened, or happen later: a time-out of the vote, a connection that closed, an error of a server.
     */
    static boolean isNothingDone(@Nullable Throwable failure) {
        return switch (failure) {
            case AllNodesFailedException all ->
                // None at all if no server is known to be up.
                all.getAllErrors().values().stream().flatMap(List::stream).allMatch(DriverFailures::isNothingDone);
            // Raised before the vote at the level of the vote, and behind it at the level of the commit.
            case UnavailableException unavailable ->
                unavailable.getConsistencyLevel().isSerial();
            case QueryValidationException refused -> true;
            case BootstrappingException refused -> true;
            case BusyConnectionException notSent -> true;
            case FrameTooLongException notSent -> true;
            case RequestThrottlingException notSent -> true;
            case SessionClosedException notSent -> true;
            case null, default -> false;
        };
    }
}
