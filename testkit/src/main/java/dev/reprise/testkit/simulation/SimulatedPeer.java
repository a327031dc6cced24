package dev.reprise.testkit.simulation;

import dev.reprise.resumable.Steps.Finding;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A service that is called by steps: by those with a key, and by those that must not call twice. */
final class SimulatedPeer {
    /** A call without a key. */
    private record Once(dev.reprise.OperationId id, int epoch, String step) {}

    private final World world;
    private final StepsOracle oracle;
    private final Map<String, String> applied = new HashMap<>();
    private final Map<String, Set<String>> keys = new HashMap<>();
    private final Map<String, String> users = new HashMap<>();
    private final Map<Once, String> done = new HashMap<>();
    /** Calls that were made, and of which nobody has been told since that they did not happen. */
    private final Set<Once> called = new HashSet<>();

    SimulatedPeer(World world, StepsOracle oracle) {
        this.world = world;
        this.oracle = oracle;
    }

    /** Does what is asked for, once for each key. */
    String call(StepsRun run, String step, String key, String result) {
        String user = OperationNames.of(run.id()) + " " + step;
        Set<String> known = keys.computeIfAbsent(user, ignored -> new HashSet<>());
        known.add(key);
        if (known.size() > 1) {
            world.oracle().violated(OperationNames.of(run.id()) + ": '" + step + "' calls under a second key");
        }
        String other = users.putIfAbsent(key, user);
        if (other != null && !other.equals(user)) {
            world.oracle().violated(user + " calls under the key of " + other);
        }
        return applied.computeIfAbsent(key, ignored -> result);
    }

    /** Somebody is about to call without a key. */
    void begins(StepsRun run, String step) {
        if (!called.add(new Once(run.id(), run.epoch(), step))) {
            world.oracle()
                    .violated(OperationNames.of(run.id()) + ": '" + step + "' calls again, and nobody has found out "
                            + "that it did not happen");
        }
    }

    /** Does what is asked for. */
    String callOnce(StepsRun run, String step, String result) {
        if (done.put(new Once(run.id(), run.epoch(), step), result) != null) {
            world.oracle().violated(OperationNames.of(run.id()) + ": '" + step + "' has happened twice");
        }
        return result;
    }

    /**
     * Says what became of a call. That it did not happen is said only if it never will, so nobody who may be about to call
     * may be alive.
     */
    Finding<String> inquire(StepsRun run, String step) {
        Once call = new Once(run.id(), run.epoch(), step);
        String result = done.get(call);
        if (result != null) {
            return new Finding.Happened<>(result);
        }
        boolean mayStillHappen = oracle.history(run.id()).runs().stream()
                .anyMatch(other -> other != run && !other.process().isDead());
        if (mayStillHappen) {
            throw new RequestRun.HandlerException();
        }
        called.remove(call);
        return new Finding.DidNotHappen<>();
    }
}
