package dev.reprise.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.FencingToken;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationState.Completed;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.StoreException;
import dev.reprise.testkit.RedisServer;
import dev.reprise.testkit.SharedServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is in Redis, seen from beside the store. */
@ExtendWith(SharedServers.class)
class RedisRecordsTest {
    private final RedisServer server;
    private final String prefix = "records-" + UUID.randomUUID();
    private final KeySpace keys = new KeySpace(prefix);

    RedisRecordsTest(RedisServer server) {
        this.server = server;
    }

    @BeforeEach
    void learnScripts() {
        try (RedisStore store = open()) {
            store.find(Sample.id("none"));
        }
    }

    private RedisStore open() {
        return RedisStore.at(Sample.at(server)).prefix(prefix).open();
    }

    private static String text(byte[] key) {
        return new String(key, US_ASCII);
    }

    @Test
    void all_of_an_operation_is_in_one_slot_and_operations_spread_over_the_buckets() {
        Set<String> buckets = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            RecordName name = RecordName.of(Sample.id("key-" + i));
            buckets.add(name.bucket());
            assertThat(name.text()).hasSize(RecordName.LENGTH);
            assertThat(SlotHash.getSlot(keys.record(name))).isEqualTo(SlotHash.getSlot(keys.bucket(name.bucket())));
            assertThat(keys.named(keys.record(name))).isEqualTo(name);
            assertThat(keys.named(keys.bucket(name.bucket()))).isNull();
            String beginning = RecordName.beginning(new IdempotencyKey("key-" + i));
            assertThat(name.text()).startsWith(beginning);
            assertThat(RecordName.bucket(RecordName.bucketOf(beginning))).isEqualTo(name.bucket());
        }
        assertThat(buckets).hasSizeBetween(1300, 1800);
    }

    @Test
    void a_finished_record_vanishes_by_itself() {
        try (RedisStore store = open()) {
            String record = text(keys.record(RecordName.of(Sample.id("short"))));
            Lease lease = Sample.acquired(store.acquire(Sample.claim("short")));
            assertThat(server.command("TTL", record)).isEqualTo("-1");
            store.complete(lease, Sample.RESPONSE, Duration.ofMillis(50));

            Awaitility.await().until(() -> server.command("EXISTS", record).equals("0"));
            assertThat(store.find(Sample.id("short"))).isEmpty();
        }
    }

    @Test
    void redis_keeps_a_finished_record_as_long_as_it_counts_and_hardly_longer_S23() {
        try (RedisStore store = open()) {
            Lease lease = Sample.acquired(store.acquire(Sample.claim("kept")));
            store.complete(lease, Sample.RESPONSE, Sample.HOUR);

            Completed completed =
                    (Completed) store.find(lease.id()).orElseThrow().state();
            long before = System.currentTimeMillis();
            long left = Long.parseLong(server.command("PTTL", text(keys.record(RecordName.of(lease.id())))));
            long after = System.currentTimeMillis();
            assertThat(after + left)
                    .isGreaterThanOrEqualTo(completed.expiresAt().toEpochMilli());
            assertThat(before + left).isLessThan(completed.expiresAt().toEpochMilli() + 1000);
        }
    }

    @Test
    void a_claim_that_is_sent_again_is_recognised_by_its_owner_also_when_it_was_renewed_and_somebody_waits()
            throws Exception {
        try (RedisStore store = open()) {
            Claim claim = Sample.claim("again");
            Lease lease = Sample.acquired(store.acquire(claim));
            store.renew(lease);
            store.awaitChange(lease.id(), lease.token(), Duration.ofMillis(1));

            assertThat(Sample.acquired(store.acquire(claim)).token()).isEqualTo(lease.token());
            assertThat(store.acquire(Sample.claim("again"))).isInstanceOf(Acquisition.Existing.class);
            assertThat(store.withdraw(claim)).isTrue();
        }
    }

    @Test
    void a_bucket_knows_what_is_unknown_and_the_latest_token_that_was_deleted() {
        try (RedisStore store = open()) {
            RecordName name = RecordName.of(Sample.id("parked"));
            String bucket = text(keys.bucket(name.bucket()));
            Lease completed = Sample.acquired(store.acquire(Sample.claim("parked")));
            store.park(completed, "test");
            assertThat(server.command("ZRANGE", bucket, "0", "-1")).isEqualTo(name.text());
            store.complete(completed, Sample.RESPONSE, Sample.HOUR);
            assertThat(server.command("EXISTS", bucket)).isEqualTo("0");
            server.command("DEL", text(keys.record(name)));

            Lease taken = Sample.acquired(store.acquire(Sample.claim("parked")));
            store.park(taken, "test");
            Lease released =
                    Sample.acquired(store.acquire(Sample.claim("parked").takingOverFrom(taken.token())));
            assertThat(server.command("EXISTS", bucket)).isEqualTo("0");
            store.release(released);

            assertThat(server.command("ZRANGE", bucket, "0", "-1", "WITHSCORES").strip())
                    .isEqualTo(Long.toString(released.token().value()));
        }
    }

    @Test
    void a_bucket_forgets_an_unknown_operation_that_its_claimant_takes_back_S15() {
        try (RedisStore store = open()) {
            Claim claim = Sample.claim("unnoticed");
            RecordName name = RecordName.of(claim.id());
            Lease landed = Sample.acquired(store.acquire(claim));
            store.park(landed, "vanished");

            assertThat(store.withdraw(claim)).isTrue();

            assertThat(server.command("ZRANGE", text(keys.bucket(name.bucket())), "0", "-1", "WITHSCORES")
                            .strip())
                    .isEqualTo(Long.toString(landed.token().value()));
        }
    }

    /** As after a failover to a server whose clock is behind, or when the clock is set back. */
    @Test
    void tokens_grow_whatever_the_clock_says_S27() {
        try (RedisStore store = open()) {
            RecordName name = RecordName.of(Sample.id("ahead"));
            long ahead = 4_000_000_000_000_000L;
            server.command("ZADD", text(keys.bucket(name.bucket())), Long.toString(ahead), "");

            Lease first = Sample.acquired(store.acquire(Sample.claim("ahead")));
            store.release(first);
            Lease second = Sample.acquired(store.acquire(Sample.claim("ahead")));

            assertThat(first.token()).isEqualTo(new FencingToken(ahead + 1));
            assertThat(second.token()).isEqualTo(new FencingToken(ahead + 2));
        }
    }

    @Test
    void another_operation_with_the_same_hash_is_refused_and_left_alone() {
        try (RedisStore store = open()) {
            Lease lease = Sample.acquired(store.acquire(Sample.claim("theirs")));
            String theirs = text(keys.record(RecordName.of(Sample.id("theirs"))));
            String mine = text(keys.record(RecordName.of(Sample.id("mine"))));
            server.command("COPY", theirs, mine);

            for (Runnable call : List.<Runnable>of(
                    () -> store.acquire(Sample.claim("mine")),
                    () -> store.acquire(Sample.claim("mine").takingOverFrom(lease.token())),
                    () -> store.find(Sample.id("mine")))) {
                assertThatThrownBy(call::run).isInstanceOf(StoreException.class).hasMessageContaining("same hash");
            }
        }
    }

    @Test
    void an_end_is_told_to_other_processes_if_somebody_waits_for_it_S8() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        RedisClient client = RedisClient.create(Sample.at(server));
        try (RedisStore store = open();
                StatefulRedisPubSubConnection<String, String> messages = client.connectPubSub()) {
            messages.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String channel, String message) {
                    heard.add(message);
                }
            });
            messages.sync().subscribe(keys.channel());
            Lease unawaited = Sample.acquired(store.acquire(Sample.claim("nobody-waits")));
            store.complete(unawaited, Sample.RESPONSE, Sample.HOUR);
            for (String key : List.of("completed", "parked", "released", "withdrawn")) {
                var claim = Sample.claim(key);
                Lease lease = Sample.acquired(store.acquire(claim));
                store.awaitChange(lease.id(), lease.token(), Duration.ofMillis(1));
                switch (key) {
                    case "completed" -> store.complete(lease, Sample.RESPONSE, Sample.HOUR);
                    case "parked" -> store.park(lease, "test");
                    case "released" -> store.release(lease);
                    default -> store.withdraw(claim);
                }
                assertThat(heard.poll(10, TimeUnit.SECONDS))
                        .isEqualTo(RecordName.of(lease.id()).text());
            }
        } finally {
            client.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_damaged_record_is_said_to_be_one() {
        try (RedisStore store = open()) {
            Sample.acquired(store.acquire(Sample.claim("damaged")));
            server.command("SETRANGE", text(keys.record(RecordName.of(Sample.id("damaged")))), "0", "x");

            assertThatThrownBy(() -> store.find(Sample.id("damaged")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("newer release");
            assertThat(store.acquire(Sample.claim("sound"))).isInstanceOf(Acquisition.Acquired.class);
        }
    }
}
