package dev.reprise.conformance.check;

import dev.reprise.conformance.EffectQuery;
import dev.reprise.conformance.Field;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How often something was executed since this began. */
final class Tally {
    private final Probe probe;
    private final long before;

    private Tally(Probe probe, long before) {
        this.probe = probe;
        this.before = before;
    }

    static Tally begin(Probe probe) {
        EffectQuery query = probe.target().effects();
        return new Tally(probe, query == null ? 0 : count(probe, query));
    }

    /** Whether executions are counted, rather than told apart by their answers. */
    boolean counts() {
        return probe.target().effects() != null;
    }

    /**
     * How many executions there were: those that the query shows, or else those that the answers tell apart. Empty if
     * that cannot be said.
     *
     * @param answers all answers to requests that may have been executed
     */
    OptionalLong executions(List<WireResponse> answers) {
        EffectQuery query = probe.target().effects();
        if (query != null) {
            return OptionalLong.of(count(probe, query) - before);
        }
        List<WireResponse> distinct = new ArrayList<>();
        for (WireResponse answer :
                answers.stream().filter(WireResponse::isSuccess).toList()) {
            List<Optional<Boolean>> shared = distinct.stream()
                    .map(known -> probe.session().identity().isShared(known, answer))
                    .toList();
            if (shared.contains(Optional.of(true))) {
                continue;
            }
            if (shared.contains(Optional.<Boolean>empty())) {
                return OptionalLong.empty();
            }
            distinct.add(answer);
        }
        return OptionalLong.of(distinct.size());
    }

    /** By what it is known how often something was executed, for a complaint. */
    String seenBy() {
        return counts() ? "" : ", as " + probe.session().identity().words() + " shows";
    }

    private static long count(Probe probe, EffectQuery query) {
        List<Field> fields = new ArrayList<>(probe.target().fields());
        @Nullable Field credential = probe.target().credential();
        if (credential != null) {
            fields.add(credential);
        }
        WireRequest request = new WireRequest("GET", query.uri(), fields, null);
        probe.session().budget().permit(1);
        WireResponse response = Probe.answer(probe.session().wire().send(request));
        OptionalLong count = EffectCount.of(query, response);
        if (response.status() != 200 || count.isEmpty()) {
            throw new SettingsException("GET " + query.uri() + " answered " + response.status()
                    + ", with no whole number or array at "
                    + (query.pointer().isEmpty() ? "the top" : query.pointer()));
        }
        return count.getAsLong();
    }
}
