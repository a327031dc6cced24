package dev.reprise.gateway.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the sample API has done: the place to see whether money moved once. In memory. Thread-safe. */
public final class Ledger {
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, String> records = new TreeMap<>();

    /**
     * Money that moved.
     *
     * @param id the number of the entry, from 1
     * @param kind charge, payment, or receipt, which moves nothing
     * @param to whom
     * @param amount how much, in the smallest unit of the currency
     * @param currency of the amount
     */
    public record Entry(int id, String kind, String to, long amount, String currency) {}

    /** Moves money, each time that it is called. */
    public synchronized Entry move(String kind, String to, long amount, String currency) {
        Entry entry = new Entry(entries.size() + 1, kind, to, amount, currency);
        entries.add(entry);
        return entry;
    }

    /** All movements, in order. */
    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Keeps the value of a DNS record, and says what it replaced. */
    synchronized Optional<String> put(String record, String value) {
        return Optional.ofNullable(records.put(record, value));
    }

    /** Deletes a DNS record. */
    synchronized void delete(String record) {
        records.remove(record);
    }

    /** All DNS records, by name. */
    synchronized Map<String, String> records() {
        return new TreeMap<>(records);
    }
}
