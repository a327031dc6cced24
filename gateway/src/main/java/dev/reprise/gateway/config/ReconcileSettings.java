package dev.reprise.gateway.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.reprise.console.text.FieldName;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said about asking a service what became of an operation (S33); null is what was not said.
 *
 * @param request the request
 * @param timeout how long the service may take to answer. Default: 5 seconds
 * @param grace for how long after an operation became unknown it may still happen. Default: the route's timeout
 * @param principalHeader the field in which the service gets the caller's name
 * @param anyCaller whether the service is asked without a caller, so that anybody with a key gets its answer
 */
public record ReconcileSettings(
        ReconcileTarget request,
        @Nullable Duration timeout,
        @Nullable Duration grace,
        @Nullable String principalHeader,
        @Nullable Boolean anyCaller) {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    /** For so long nobody else asks about the same operation. */
    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(10);

    /** @throws IllegalArgumentException if something cannot be right, whatever the rest says */
    public ReconcileSettings {
        if (request == null) {
            throw new IllegalArgumentException("the request is missing; write one, as in GET /charges/by-key/{key}");
        }
        RouteSettings.requirePositive("timeout", timeout);
        if (timeout != null && timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new IllegalArgumentException("timeout is at most 10s");
        }
        RouteSettings.requireAtMostADay("grace", grace);
        FieldName.check(principalHeader);
        if (principalHeader != null && Boolean.TRUE.equals(anyCaller)) {
            throw new IllegalArgumentException(
                    "principal-header tells the service who the caller was, and any-caller that it does not matter; "
                            + "leave one of them out");
        }
    }

    /** A request with everything else as usual. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static ReconcileSettings of(String request) {
        return new ReconcileSettings(ReconcileTarget.parse(request), null, null, null, null);
    }

    /**
     * With everything that was not said filled in.
     *
     * @param timeoutOfRoute how long the service may take for the operation itself
     * @param keysOfOneCaller whether a key is good for one caller only
     */
    Reconciling complete(Duration timeoutOfRoute, CallerNames callers, boolean keysOfOneCaller) {
        if (principalHeader != null && !callers.known()) {
            throw new IllegalArgumentException(
                    "reconcile.principal-header cannot tell who the caller was, because only "
                            + "hashes of credentials are kept; name callers with principal.trusted-header or "
                            + "authorization.principal-header");
        }
        boolean any = anyCaller != null && anyCaller;
        String field = principalHeader != null || any ? principalHeader : callers.field();
        if (field == null && !any && !keysOfOneCaller) {
            throw new IllegalArgumentException(
                    "reconcile does not tell the service who the caller was, so that one could get the answer of another "
                            + "with the same key; "
                            + (callers.known()
                                    ? "say in which field with principal-header"
                                    : "name callers with principal.trusted-header or authorization.principal-header, let "
                                            + "the gateway issue keys")
                            + ", or say any-caller: true if that does no harm");
        }
        return new Reconciling(
                request, timeout == null ? TIMEOUT : timeout, grace == null ? timeoutOfRoute : grace, field);
    }
}
