package dev.reprise.examples.payments;

import dev.reprise.testkit.TcpFaultProxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The messages between the application and the three it talks to, in the order in which they pass. At a chosen one the application
 * is killed, and the message is lost. Thread-safe.
 */
final class CountedMessages {
    /** Who talks with the application. */
    enum Peer {
        CALLER,
        DATABASE,
        PROVIDER
    }

    /**
     * One message.
     *
     * @param answer whether it answers one of the same connection
     * @param text its bytes, one character each
     */
    record Message(Peer peer, boolean answer, String text) {
        /** What it says to a reader of a report. */
        @Override
        public String toString() {
            String words = text.replaceAll("[^\\x20-\\x7e]+", " ")
                    .replaceAll("\\s+", " ")
                    .strip();
            return (answer ? "answer of " : "to ") + peer + ": " + words.substring(0, Math.min(words.length(), 160));
        }
    }

    /** When to kill. */
    interface Moment {
        /** Whether this is the one, of all that have passed since the request began. */
        boolean is(Message message, int number);
    }

    private final Runnable kill;
    private final List<Message> passed = new ArrayList<>();
    private Optional<Moment> moment = Optional.empty();
    private Optional<Message> lost = Optional.empty();

    CountedMessages(Runnable kill) {
        this.kill = kill;
    }

    /** Begins to count at the next request of a caller. */
    synchronized void killAt(Moment chosen) {
        passed.clear();
        lost = Optional.empty();
        moment = Optional.of(chosen);
    }

    /** Ends the counting, and gives what was lost with the application; empty if the moment did not come. */
    synchronized Optional<Message> rest() {
        moment = Optional.empty();
        return lost;
    }

    /** The messages of the request up to the one that was lost. */
    synchronized List<Message> passed() {
        return List.copyOf(passed);
    }

    /** What watches a proxy in front of a peer, or in front of the application for its caller. */
    TcpFaultProxy.Watcher watching(Peer peer) {
        return (toServer, bytes) ->
                passes(new Message(peer, !toServer, new String(bytes, StandardCharsets.ISO_8859_1)));
    }

    private synchronized boolean passes(Message message) {
        if (moment.isEmpty()) {
            return true;
        }
        if (lost.isPresent()) {
            // The application is dead, and this was on its way to it or from it.
            return false;
        }
        if (passed.isEmpty() && (message.peer() != Peer.CALLER || message.answer())) {
            // The application looks for work that nobody does; the request has not come yet.
            return true;
        }
        passed.add(message);
        if (!moment.get().is(message, passed.size())) {
            return true;
        }
        kill.run();
        lost = Optional.of(message);
        return false;
    }
}
