package dev.reprise.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Kind;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.support.Call;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScoredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Lists records: first the unknown ones, which each bucket knows, then the others, for which all keys are walked through.
 * A page ends when it is full, or when half of the time limit is over. Thread-safe.
 */
final class RedisListing {
    private static final byte[] WITHOUT_BODY = {'0'};
    private static final int BUCKETS_AT_ONCE = 256;
    private static final int MOST_AT_ONCE = 500;
    private static final int LEAST_SCANNED = 10;
    private static final int MOST_SCANNED = 100;
    private static final int SCANNED_FOR_A_KEY = 1000;

    private final RedisLink link;
    private final KeySpace keys;
    private final ScriptRunner scripts;
    private final Duration timeLimit;

    RedisListing(RedisLink link, KeySpace keys, ScriptRunner scripts, Duration timeLimit) {
        this.link = link;
        this.keys = keys;
        this.scripts = scripts;
        this.timeLimit = timeLimit;
    }

    OperationQuery.Page<OperationRecord> list(OperationQuery query) {
        return new Walk(query).page();
    }

    /** One page. */
    private final class Walk {
        private final OperationQuery query;
        private final @Nullable String beginning;
        private final Deadline deadline = Deadline.in(timeLimit);
        private final List<OperationRecord> items = new ArrayList<>();

        private Walk(OperationQuery query) {
            this.query = query;
            this.beginning = query.key() == null ? null : RecordName.beginning(query.key());
        }

        private OperationQuery.Page<OperationRecord> page() {
            RedisPlace place = RedisPlace.of(query);
            if (place instanceof RedisPlace.Indexed indexed) {
                place = query.kinds().contains(Kind.UNKNOWN) ? walkUnknown(indexed) : null;
                if (place == null && !query.kinds().equals(Set.of(Kind.UNKNOWN))) {
                    place = RedisPlace.Scanned.START;
                }
            }
            if (place instanceof RedisPlace.Scanned scanned && !isEnough()) {
                place = walkOthers(scanned);
            }
            return new OperationQuery.Page<>(items, place == null ? null : place.encoded());
        }

        private int room() {
            return query.limit() - items.size();
        }

        private boolean isEnough() {
            return room() == 0 || deadline.isNear();
        }

        private RedisPlace.@Nullable Indexed walkUnknown(RedisPlace.Indexed from) {
            int end = beginning == null ? RecordName.BUCKETS : RecordName.bucketOf(beginning) + 1;
            RedisPlace.Indexed place =
                    from.bucket() < end - 1 && beginning != null ? new RedisPlace.Indexed(end - 1, 0) : from;
            while (place.bucket() < end && !isEnough()) {
                place = walkBuckets(place, Math.min(place.bucket() + BUCKETS_AT_ONCE, end));
            }
            return place.bucket() < end ? place : null;
        }

        /** Goes through some buckets, as far as there is room for what is in them. */
        private RedisPlace.Indexed walkBuckets(RedisPlace.Indexed from, int end) {
            int most = Math.min(room(), MOST_AT_ONCE);
            List<CompletionStage<List<ScoredValue<byte[]>>>> asked = IntStream.range(from.bucket(), end)
                    .mapToObj(bucket -> ask(bucket, bucket == from.bucket() ? from.token() : 0, most))
                    .toList();
            List<RecordName> names = new ArrayList<>();
            RedisPlace.Indexed place = from;
            for (int bucket = from.bucket(); bucket < end && names.size() < most; bucket++) {
                List<ScoredValue<byte[]>> found = deadline.await(asked.get(bucket - from.bucket()));
                place = new RedisPlace.Indexed(bucket + 1, 0);
                for (ScoredValue<byte[]> member : found) {
                    if (names.size() == most) {
                        break;
                    }
                    place = new RedisPlace.Indexed(bucket, (long) member.getScore());
                    String name = new String(member.getValue(), US_ASCII);
                    if (!name.isEmpty() && (beginning == null || name.startsWith(beginning))) {
                        names.add(new RecordName(name));
                    }
                }
                if (found.size() > most) {
                    break;
                }
                place = names.size() == most ? place : new RedisPlace.Indexed(bucket + 1, 0);
            }
            show(names, true);
            return place;
        }

        private CompletionStage<List<ScoredValue<byte[]>>> ask(int bucket, long behind, int most) {
            byte[] index = keys.bucket(RecordName.bucket(bucket));
            return link.wire(index)
                    .thenCompose(wire -> wire.commands()
                            .zrangebyscoreWithScores(
                                    index,
                                    Range.from(Range.Boundary.excluding(behind), Range.Boundary.unbounded()),
                                    Limit.create(0, most + 1L)));
        }

        private @Nullable RedisPlace walkOthers(RedisPlace.Scanned from) {
            List<RedisLink.Primary> primaries = deadline.await(link.primaries());
            int number = from.run().isEmpty() ? 0 : numberOf(from, primaries);
            RedisPlace.Scanned place = from;
            for (; number < primaries.size(); number++) {
                RedisLink.Primary primary = primaries.get(number);
                place = walkPrimary(primary, begun(primary, place));
                if (place != null) {
                    return place;
                }
                place = RedisPlace.Scanned.START;
            }
            return null;
        }

        private int numberOf(RedisPlace.Scanned place, List<RedisLink.Primary> primaries) {
            return IntStream.range(0, primaries.size())
                    .filter(i -> primaries.get(i).id().equals(place.primary()))
                    .findFirst()
                    .orElseThrow(() -> query.noPlace(null));
        }

        /** Cursors are worth nothing to a server that was started again. */
        private RedisPlace.Scanned begun(RedisLink.Primary primary, RedisPlace.Scanned place) {
            String run = deadline.await(primary.commands().info("server"))
                    .lines()
                    .filter(line -> line.startsWith("run_id:"))
                    .map(line -> line.substring("run_id:".length()))
                    .findFirst()
                    .orElse("unknown");
            if (!place.run().isEmpty() && !place.run().equals(run)) {
                throw query.noPlace(null);
            }
            return new RedisPlace.Scanned(primary.id(), run, place.cursor(), place.left());
        }

        /** Walks on through one server's keys; null when it has no more. */
        private RedisPlace.@Nullable Scanned walkPrimary(RedisLink.Primary primary, RedisPlace.Scanned from) {
            RedisPlace.Scanned place = from;
            while (!isEnough()) {
                if (place.left().isEmpty()) {
                    if (place.cursor().equals(RedisPlace.Scanned.DONE)) {
                        return null;
                    }
                    place = scan(primary, place);
                }
                int shown = Math.min(room(), place.left().size());
                show(
                        place.left().subList(0, shown).stream()
                                .map(RecordName::new)
                                .toList(),
                        false);
                List<String> left = place.left().subList(shown, place.left().size());
                place = new RedisPlace.Scanned(place.primary(), place.run(), place.cursor(), left);
            }
            boolean over = place.left().isEmpty() && place.cursor().equals(RedisPlace.Scanned.DONE);
            return over ? null : place;
        }

        private RedisPlace.Scanned scan(RedisLink.Primary primary, RedisPlace.Scanned place) {
            boolean finished = query.kinds().contains(Kind.COMPLETED);
            int count = beginning != null
                    ? SCANNED_FOR_A_KEY
                    : finished ? Math.clamp(room(), LEAST_SCANNED, MOST_SCANNED) : MOST_SCANNED;
            KeyScanCursor<byte[]> found = deadline.await(primary.commands()
                    .scan(
                            ScanCursor.of(place.cursor()),
                            ScanArgs.Builder.matches(keys.pattern(beginning)).limit(count)));
            List<byte[]> records = found.getKeys().stream()
                    .filter(key -> keys.named(key) != null)
                    .toList();
            List<String> names = (finished ? records : running(primary, records))
                    .stream()
                            .map(key -> Objects.requireNonNull(keys.named(key)).text())
                            .toList();
            String cursor = found.isFinished() ? RedisPlace.Scanned.DONE : found.getCursor();
            return new RedisPlace.Scanned(place.primary(), place.run(), cursor, names);
        }

        /** Those that are running; there are few of them among the finished ones. */
        private List<byte[]> running(RedisLink.Primary primary, List<byte[]> records) {
            List<CompletionStage<byte[]>> states = records.stream()
                    .<CompletionStage<byte[]>>map(key -> primary.commands().getrange(key, 0, 0))
                    .toList();
            return IntStream.range(0, records.size())
                    .filter(i -> RecordText.isRunning(deadline.await(states.get(i))))
                    .mapToObj(records::get)
                    .toList();
        }

        /** Adds those of the records that the query asks for; unknown ones are in the buckets, and only shown from there. */
        private void show(List<RecordName> names, boolean unknown) {
            List<Call<Object>> asked = names.stream()
                    .map(name -> scripts.run(RedisScript.FIND, name, WITHOUT_BODY))
                    .toList();
            for (Call<Object> call : asked) {
                byte[] answer = (byte[]) call.await();
                OperationRecord record = RecordText.listed(answer);
                if (record != null
                        && !record.expiredAt(RecordText.time(answer))
                        && query.kinds().contains(record.state().kind())
                        && record.state() instanceof OperationState.Unknown == unknown
                        && (query.key() == null
                                || query.key().equals(record.id().key()))) {
                    items.add(record.asListed());
                }
            }
        }
    }
}
