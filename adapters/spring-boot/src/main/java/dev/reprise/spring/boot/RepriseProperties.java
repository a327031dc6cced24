package dev.reprise.spring.boot;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What all endpoints have in common, unless an annotation says otherwise.
 *
 * @param enabled Whether annotated endpoints are protected.
 * @param table The table of the records, as in table or schema.table.
 * @param retention How long answers are kept.
 * @param maxWait How long a duplicate waits for the request that is running; 0 refuses it at once. Default: 20 s, and 0 with the profile IETF.
 * @param cache About how much memory finished answers may take, which spares retries the database. Needs Caffeine.
 * @param lease How long a crashed owner blocks an operation of the leased guarantee.
 * @param maxRequestBody The longest request body of a protected endpoint; longer ones are refused with 413.
 * @param maxResponseBody The longest response body that is recorded; of a longer one everything but the body is kept.
 * @param unrecordedFields Response fields that no record keeps and no retry gets, such as credentials.
 * @param unrecordedMembers Members of JSON answers whose values no record keeps and no retry gets, by JSON Pointers such as /card/number.
 * @param keyHeader The request field that has the key.
 * @param node The name of this process in records of the leased guarantee, for operators. Default: its process id.
 * @param warnOfSecondConnections Whether the log names places that open a second connection beside the transaction of a request.
 * @param filterOrder The order of the filter, which has to come behind Spring Security.
 */
@ConfigurationProperties("reprise")
record RepriseProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("reprise_operation") String table,
        @DefaultValue("24h") Duration retention,
        @Nullable Duration maxWait,
        @DefaultValue("16MB") DataSize cache,
        @DefaultValue("30s") Duration lease,
        @DefaultValue("1MB") DataSize maxRequestBody,
        @DefaultValue("1MB") DataSize maxResponseBody,
        @DefaultValue Set<String> unrecordedFields,
        @DefaultValue Set<String> unrecordedMembers,
        @DefaultValue("Idempotency-Key") String keyHeader,
        @Nullable String node,
        @DefaultValue("true") boolean warnOfSecondConnections,
        @DefaultValue("-90") int filterOrder) {}
