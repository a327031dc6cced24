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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Lists records: first the open ones, of which each bucket has an index, then the finished ones, for which all keys are walked through.
 * A page ends when it is full, or when half of the time limit is over. Thread-safe.
 */
final class RedisListing {
    private static final byte[] WITHOUT_BODY = {'0'};
    private static final int BUCKETS_AT_ONCE = 256;
    private static final int MOST_AT_ONCE = 500;
    private static final int LEAST_SCANNED = 10;
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
            ListingPlace place = ListingPlace.of(query);
            if (place instanceof ListingPlace.Open open) {
                boolean wanted =
                        query.kinds().contains(Kind.RUNNING) || query.kinds().contains(Kind.UNKNOWN);
                place = wanted ? walkOpen(open) : null;
                if (place == null && query.kinds().contains(Kind.COMPLETED)) {
                    place = ListingPlace.Finished.START;
                }
            }
            if (place instanceof ListingPlace.Finished finished && !isEnough()) {
                place = walkFinished(finished);
            }
            return new OperationQuery.Page<>(items, place == null ? null : place.encoded());
        }

        private int room() {
            return query.limit() - items.size();
        }

        private boolean isEnough() {
            return room() == 0 || deadline.isNear();
        }

        private ListingPlace.@Nullable Open walkOpen(ListingPlace.Open from) {
            int end = beginning == null ? RecordName.BUCKETS : RecordName.bucketOf(beginning) + 1;
            ListingPlace.Open place =
                    from.bucket() < end - 1 && beginning != null ? new ListingPlace.Open(end - 1, 0) : from;
            while (place.bucket() < end && !isEnough()) {
                place = walkBuckets(place, Math.min(place.bucket() + BUCKETS_AT_ONCE, end));
            }
            return place.bucket() < end ? place : null;
        }

        /** Goes through some buckets, as far as there is room for what is in them. */
        private ListingPlace.Open walkBuckets(ListingPlace.Open from, int end) {
            int most = Math.min(room(), MOST_AT_ONCE);
            List<CompletionStage<List<ScoredValue<byte[]>>>> asked = IntStream.range(from.bucket(), end)
                    .mapToObj(bucket -> ask(bucket, bucket == from.bucket() ? from.token() : 0, most))
                    .toList();
            List<RecordName> names = new ArrayList<>();
            ListingPlace.Open place = from;
            for (int bucket = from.bucket(); bucket < end && names.size() < most; bucket++) {
                List<ScoredValue<byte[]>> found = deadline.await(asked.get(bucket - from.bucket()));
                place = new ListingPlace.Open(bucket + 1, 0);
                for (ScoredValue<byte[]> member : found) {
                    if (names.size() == most) {
                        break;
                    }
                    place = new ListingPlace.Open(bucket, (long) member.getScore());
                    String name = new String(member.getValue(), US_ASCII);
                    if (!name.isEmpty() && (beginning == null || name.startsWith(beginning))) {
                        names.add(new RecordName(name));
                    }
                }
                if (found.size() > most) {
                    break;
                }
                place = names.size() == most ? place : new ListingPlace.Open(bucket + 1, 0);
            }
            show(names, false);
            return place;
        }

        private CompletionStage<List<ScoredValue<byte[]>>> ask(int bucket, long behind, int most) {
            byte[] index = keys.open(RecordName.bucket(bucket));
            return link.wire(index)
                    .thenCompose(wire -> wire.commands()
                            .zrangebyscoreWithScores(
                                    index,
                                    Range.from(Range.Boundary.excluding(behind), Range.Boundary.unbounded()),
                                    Limit.create(0, most + 1L)));
        }

        private @Nullable ListingPlace walkFinished(ListingPlace.Finished from) {
            List<RedisLink.Primary> primaries = deadline.await(link.primaries());
            int number = from.run().isEmpty() ? 0 : numberOf(from, primaries);
            ListingPlace.Finished place = from;
            for (; number < primaries.size(); number++) {
                RedisLink.Primary primary = primaries.get(number);
                place = walkPrimary(primary, begun(primary, place));
                if (place != null) {
                    return place;
                }
                place = ListingPlace.Finished.START;
            }
            return null;
        }

        private int numberOf(ListingPlace.Finished place, List<RedisLink.Primary> primaries) {
            return IntStream.range(0, primaries.size())
                    .filter(i -> primaries.get(i).id().equals(place.primary()))
                    .findFirst()
                    .orElseThrow(() -> query.noPlace(null));
        }

        /** Cursors are worth nothing to a server that was started again. */
        private ListingPlace.Finished begun(RedisLink.Primary primary, ListingPlace.Finished place) {
            String run = deadline.await(primary.commands().info("server"))
                    .lines()
                    .filter(line -> line.startsWith("run_id:"))
                    .map(line -> line.substring("run_id:".length()))
                    .findFirst()
                    .orElse("unknown");
            if (!place.run().isEmpty() && !place.run().equals(run)) {
                throw query.noPlace(null);
            }
            return new ListingPlace.Finished(primary.id(), run, place.cursor(), place.left());
        }

        /** Walks on through one server's keys; null when it has no more. */
        private ListingPlace.@Nullable Finished walkPrimary(RedisLink.Primary primary, ListingPlace.Finished from) {
            ListingPlace.Finished place = from;
            while (!isEnough()) {
                if (place.left().isEmpty()) {
                    if (place.cursor().equals(ListingPlace.Finished.DONE)) {
                        return null;
                    }
                    place = scan(primary, place);
                }
                int shown = Math.min(room(), place.left().size());
                show(
                        place.left().subList(0, shown).stream()
                                .map(RecordName::new)
                                .toList(),
                        true);
                List<String> left = place.left().subList(shown, place.left().size());
                place = new ListingPlace.Finished(place.primary(), place.run(), place.cursor(), left);
            }
            boolean over = place.left().isEmpty() && place.cursor().equals(ListingPlace.Finished.DONE);
            return over ? null : place;
        }

        private ListingPlace.Finished scan(RedisLink.Primary primary, ListingPlace.Finished place) {
            int count = beginning == null ? Math.clamp(room(), LEAST_SCANNED, MOST_AT_ONCE) : SCANNED_FOR_A_KEY;
            KeyScanCursor<byte[]> found = deadline.await(primary.commands()
                    .scan(
                            ScanCursor.of(place.cursor()),
                            ScanArgs.Builder.matches(keys.pattern(beginning)).limit(count)));
            List<String> names = new ArrayList<>();
            for (byte[] key : found.getKeys()) {
                RecordName name = keys.named(key);
                if (name != null) {
                    names.add(name.text());
                }
            }
            String cursor = found.isFinished() ? ListingPlace.Finished.DONE : found.getCursor();
            return new ListingPlace.Finished(place.primary(), place.run(), cursor, names);
        }

        /** Adds those of the records that the query asks for; open ones are in the indexes, and only shown from there. */
        private void show(List<RecordName> names, boolean finished) {
            List<Call<Object>> asked = names.stream()
                    .map(name -> scripts.run(RedisScript.FIND, new byte[][] {keys.record(name)}, WITHOUT_BODY))
                    .toList();
            for (Call<Object> call : asked) {
                List<?> answer = (List<?>) call.await();
                Instant now = RecordText.time(answer.get(0), answer.get(1));
                OperationRecord record = RecordText.listed(answer.get(2));
                if (record != null
                        && !record.expiredAt(now)
                        && query.kinds().contains(record.state().kind())
                        && record.state() instanceof OperationState.Completed == finished
                        && (query.key() == null
                                || query.key().equals(record.id().key()))) {
                    items.add(record);
                }
            }
        }
    }
}
