package dev.reprise.encryption;

import dev.reprise.OperationId;
import dev.reprise.spi.Interventions;
import dev.reprise.spi.OperationQuery;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What operators do, where answers and results are sealed. Thread-safe. */
final class SealedInterventions implements Interventions {
    private final Interventions interventions;
    private final Sealer sealer;

    SealedInterventions(Interventions interventions, Sealer sealer) {
        this.interventions = interventions;
        this.sealer = sealer;
    }

    @Override
    public Intervened intervene(Intervention intervention) {
        Intervened came = interventions.intervene(seal(intervention));
        if (!(intervention.action() instanceof Action.OnOperation on)) {
            return came;
        }
        return switch (came) {
            case Intervened.NoSuchStep no -> new Intervened.NoSuchStep(SealedSteps.open(on.id(), no.steps(), sealer));
            case Intervened.WouldRepeat would ->
                new Intervened.WouldRepeat(SealedSteps.open(on.id(), would.steps(), sealer));
            case Intervened.Done done -> done;
            case Intervened.Changed changed -> changed;
            case Intervened.Running running -> running;
            case Intervened.Finished finished -> finished;
        };
    }

    private Intervention seal(Intervention intervention) {
        return intervention.action() instanceof Action.Resolve resolve
                ? new Intervention(
                        new Action.Resolve(
                                resolve.id(),
                                resolve.seen(),
                                sealer.seal(resolve.id(), resolve.response()),
                                resolve.retention()),
                        intervention.by(),
                        intervention.reason())
                : intervention;
    }

    @Override
    public List<AuditEntry> audit(long before, int limit) {
        return interventions.audit(before, limit);
    }

    @Override
    public Map<OperationId, Standing> standing(Collection<OperationId> ids) {
        return interventions.standing(ids);
    }

    /** Without bodies, and so without what is sealed in them. */
    @Override
    public OperationQuery.Page<Listed> list(String type, OperationQuery query) {
        return interventions.list(type, query);
    }
}
