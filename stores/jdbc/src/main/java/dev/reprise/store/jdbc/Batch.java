package dev.reprise.store.jdbc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Changes that are written in one transaction, at most one for each operation and sorted by key, so that two batches
 * never wait for each other in a circle.
 *
 * @param claims to operations
 * @param endings by owners
 * @param followers further claims to the same operations, which are answered by what the first one left
 */
record Batch(List<PendingClaim> claims, List<LeaseWrite> endings, Map<RowKey, List<PendingClaim>> followers) {
    private static final int MOST_CHANGES = 100;
    private static final int MOST_BYTES = 4 << 20;
    private static final int LARGE = 256 << 10;

    /** Takes what fits into one batch, and removes it from the list. */
    static Batch takeFrom(List<Change<?>> waiting) {
        Map<RowKey, Change<?>> taken = new HashMap<>();
        Map<RowKey, List<PendingClaim>> followers = new HashMap<>();
        List<Change<?>> left = new ArrayList<>();
        int bytes = 0;
        for (Change<?> change : waiting) {
            Change<?> first = taken.get(change.key());
            if (change.isAnswered()) {
                // Its caller got the answer that it took too long.
                continue;
            }
            if (first instanceof PendingClaim && change instanceof PendingClaim claiming) {
                followers
                        .computeIfAbsent(change.key(), ignored -> new ArrayList<>())
                        .add(claiming);
            } else if (first != null || taken.size() == MOST_CHANGES || bytes > MOST_BYTES) {
                left.add(change);
            } else {
                taken.put(change.key(), change);
                bytes += change instanceof LeaseWrite ending ? ending.size() : 0;
            }
        }
        waiting.clear();
        waiting.addAll(left);
        List<Change<?>> sorted = new ArrayList<>(taken.values());
        sorted.sort(Comparator.comparing(Change::key));
        return new Batch(only(PendingClaim.class, sorted), only(LeaseWrite.class, sorted), followers);
    }

    /** A batch for each change. */
    List<Batch> split() {
        List<Batch> single = new ArrayList<>();
        claims.forEach(claim -> single.add(new Batch(List.of(claim), List.of(), followersOf(claim))));
        endings.forEach(ending -> single.add(new Batch(List.of(), List.of(ending), Map.of())));
        return single;
    }

    /** Those changes that make a record, or change one of the given. */
    Batch among(Set<RowKey> present) {
        return new Batch(
                claims.stream()
                        .filter(claim -> !claim.replaces() || present.contains(claim.key()))
                        .toList(),
                endings.stream()
                        .filter(ending -> present.contains(ending.key()))
                        .toList(),
                followers);
    }

    /** Whether it is more than connections and servers are always set to take. */
    boolean isLarge() {
        return endings.stream().mapToLong(LeaseWrite::size).sum() > LARGE;
    }

    /** Leaves something out of the one change that a database has refused; false if there is nothing to leave out. */
    boolean reduce() {
        return !endings.isEmpty() && endings.getFirst().reduce();
    }

    private Map<RowKey, List<PendingClaim>> followersOf(PendingClaim claim) {
        List<PendingClaim> some = followers.get(claim.key());
        return some == null ? Map.of() : Map.of(claim.key(), some);
    }

    private static <C> List<C> only(Class<C> type, List<? extends Change<?>> changes) {
        return changes.stream().filter(type::isInstance).map(type::cast).toList();
    }

    int size() {
        return claims.size() + endings.size();
    }

    /** How many different statements write it. */
    long kinds() {
        long replacing = claims.stream().map(PendingClaim::replaces).distinct().count();
        return replacing
                + endings.stream()
                        .map(ending -> ending.write().getClass())
                        .distinct()
                        .count();
    }

    List<RowKey> claimedKeys() {
        return claims.stream().map(Change::key).toList();
    }

    List<RowKey> endedKeys() {
        return endings.stream().map(Change::key).toList();
    }

    List<PendingClaim> inserts() {
        return claims.stream().filter(claim -> !claim.replaces()).toList();
    }

    List<PendingClaim> replacements() {
        return claims.stream().filter(PendingClaim::replaces).toList();
    }

    /** The endings of one kind, with their keys. */
    <W extends LeaseWrite.Write> List<Keyed<W>> endings(Class<W> type) {
        return endings.stream()
                .filter(ending -> type.isInstance(ending.write()))
                .map(ending -> new Keyed<>(ending.key(), type.cast(ending.write())))
                .toList();
    }

    record Keyed<W extends LeaseWrite.Write>(RowKey key, W write) {}

    /** Everybody who waits for this batch. */
    void fail(Throwable failure) {
        claims.forEach(claim -> claim.fail(failure));
        endings.forEach(ending -> ending.fail(failure));
        followers.values().forEach(some -> some.forEach(claim -> claim.fail(failure)));
    }
}
