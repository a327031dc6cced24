package dev.reprise.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Completed;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.StoreException;
import dev.reprise.testkit.CassandraNodes;
import dev.reprise.testkit.TcpFaultProxy;
import dev.reprise.testkit.TcpFaultProxy.Moment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The connection is lost with a conditional write on it, before and after the server saw it. */
@ExtendWith(SharedCassandra.class)
class LostReplyTest {
    private static final Response RESPONSE = new Response(201, Headers.of("X-A", "b"), Body.EMPTY);

    /** With a store whose connections a proxy cuts. */
    @FunctionalInterface
    private interface Case {
        void run(CassandraStore store, TcpFaultProxy proxy) throws Exception;
    }

    private static void with(CassandraNodes nodes, Case test) throws Exception {
        InetSocketAddress node = nodes.addresses().getFirst();
        try (TcpFaultProxy proxy = new TcpFaultProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), node);
                CqlSession session = CassandraSessions.open(
                        List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port())));
                CassandraStore store = CassandraStore.over(session)
                        .keyspace(CassandraSessions.KEYSPACE)
                        .timeLimit(Duration.ofSeconds(10))
                        .open()) {
            test.run(store, proxy);
        }
    }

    private static Claim claim(OperationId id, long number) {
        return new Claim(
                id,
                new RequestFingerprint(1, new byte[] {1}),
                new Owner("lost-reply-node", number),
                Duration.ofSeconds(30),
                FencingToken.NONE);
    }

    private static Lease acquired(Acquisition acquisition) {
        assertThat(acquisition).isInstanceOf(Acquisition.Acquired.class);
        return ((Acquisition.Acquired) acquisition).lease();
    }

    @Test
    void a_claim_whose_reply_is_lost_is_found_to_be_its_own(CassandraNodes nodes) throws Exception {
        with(nodes, (store, proxy) -> {
            OperationId id = Transfers.id("claim-reply");
            proxy.cutAt("lost-reply-node", Moment.BEFORE_RESPONSE);

            Lease lease = acquired(store.acquire(claim(id, 1)));

            assertThat(proxy.isArmed()).isFalse();
            assertThat(store.find(id).orElseThrow().token()).isEqualTo(lease.token());
            assertThat(store.complete(lease, RESPONSE, Duration.ofMinutes(1))).isEqualTo(LeaseStatus.HELD);
        });
    }

    @Test
    void a_claim_that_never_arrived_is_made_again(CassandraNodes nodes) throws Exception {
        with(nodes, (store, proxy) -> {
            OperationId id = Transfers.id("claim-request");
            proxy.cutAt("lost-reply-node", Moment.BEFORE_REQUEST);

            Lease lease = acquired(store.acquire(claim(id, 2)));

            assertThat(proxy.isArmed()).isFalse();
            assertThat(store.find(id).orElseThrow().token()).isEqualTo(lease.token());
        });
    }

    @Test
    void a_completion_whose_request_or_reply_is_lost_is_held(CassandraNodes nodes) throws Exception {
        with(nodes, (store, proxy) -> {
            for (Moment moment : Moment.values()) {
                OperationId id = Transfers.id("completion-" + moment);
                Lease lease = acquired(store.acquire(claim(id, 6)));
                proxy.cutAt("completion-" + moment, moment);

                assertThat(store.complete(lease, RESPONSE, Duration.ofMinutes(1)))
                        .isEqualTo(LeaseStatus.HELD);

                assertThat(proxy.isArmed()).isFalse();
                assertThat(store.find(id).orElseThrow().state())
                        .isInstanceOfSatisfying(
                                Completed.class,
                                done -> assertThat(done.response()).isEqualTo(RESPONSE));
            }
        });
    }

    @Test
    void a_withdrawal_of_a_claim_that_is_not_there_leaves_the_key_new(CassandraNodes nodes) throws Exception {
        with(nodes, (store, proxy) -> {
            Claim late = claim(Transfers.id("late"), 3);

            assertThat(store.withdraw(late)).isFalse();

            // What a claim without a look writes: it is only for keys of which nothing is there.
            Lease other = acquired(store.acquire(claim(late.id(), 4)));
            assertThat(store.release(other)).isEqualTo(LeaseStatus.HELD);
            assertThat(store.find(late.id())).isEmpty();
        });
    }

    @Test
    void a_store_that_nobody_can_reach_has_done_nothing(CassandraNodes nodes) throws Exception {
        with(nodes, (store, proxy) -> {
            proxy.close();

            assertThatThrownBy(() -> store.acquire(claim(Transfers.id("unreachable"), 5)))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            failure -> assertThat(failure.isNothingDone()).isTrue());
        });
    }
}
