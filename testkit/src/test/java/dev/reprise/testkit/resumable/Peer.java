package dev.reprise.testkit.resumable;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A service that recognises keys, and remembers who asked for what. */
final class Peer {
    private final Map<String, String> applied = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();

    /** Does what is asked for, once for each key. */
    String call(String key, String what) {
        calls.add(key);
        return applied.computeIfAbsent(key, ignored -> what + " done");
    }

    /** How many different keys it was called with. */
    int applied() {
        return applied.size();
    }

    /** The key of each call. */
    List<String> calls() {
        return calls;
    }
}
