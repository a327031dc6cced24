package dev.reprise.conformance.reference;

import dev.reprise.conformance.Profile;
import dev.reprise.conformance.reference.Keys.Parsed;
import dev.reprise.conformance.reference.Records.Known;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Charges behind idempotency keys. */
final class Service {
    private static final Duration MOMENT = Duration.ofMillis(100);
    private static final String OMITTED = "Idempotent-Body-Omitted";

    private final Settings settings;
    private final Charges charges;
    private final Records records = new Records();
    private final Keys keys;
    private final Refusals refusals;
    private final Exchanges exchanges;
    private final Map<String, String> bodies = new ConcurrentHashMap<>();
    private final Set<String> unauthorised = ConcurrentHashMap.newKeySet();
    private final Map<String, Out> reads = new ConcurrentHashMap<>();
    private final AtomicInteger refusedWhileRunning = new AtomicInteger();

    Service(Settings settings) {
        this.settings = settings;
        this.charges = new Charges(settings);
        this.keys = new Keys(settings);
        this.refusals = new Refusals(settings);
        this.exchanges = new Exchanges(settings);
    }

    /** The answer; empty if the connection is to be closed without one. */
    Optional<Out> handle(In request) {
        if (!request.whole() && !settings.has(Fault.EXECUTES_HALF_REQUESTS)) {
            return Optional.empty();
        }
        Out out = switch (request.method()) {
            case "OPTIONS" -> exchanges.preflight();
            case "GET", "HEAD" -> read(request);
            case "POST" -> request.pathOnly().equals("/keys") ? issue(request) : charge(request);
            default -> refusals.unsupported(request.has(settings.profile().keyHeader()));
        };
        return Optional.of(exchanges.complete(request, out));
    }

    private Out issue(In request) {
        return Out.json(201, "{\"key\":\"" + keys.issue(request.first("Authorization")) + "\"}");
    }

    private Out read(In request) {
        Out out = Out.json(200, "{\"count\":" + charges.effects() + "}");
        String key = request.first(settings.profile().keyHeader());
        return settings.has(Fault.STORES_KEYED_GET) && !key.isEmpty()
                ? reads.computeIfAbsent(request.method() + key, ignored -> out)
                : out;
    }

    private Out charge(In request) {
        Parsed parsed = keys.parse(request);
        String caller = request.first("Authorization");
        if (!caller.equals("Bearer alice") && !caller.equals("Bearer bob")) {
            return refuseCaller(parsed, caller);
        }
        return switch (parsed) {
            case Parsed.Absent ignored ->
                settings.has(Fault.EXECUTES_WITHOUT_KEY) ? first(charges.charge(request)) : refusals.missingKey();
            case Parsed.Malformed ignored ->
                settings.has(Fault.EXECUTES_MALFORMED_KEYS) ? first(charges.charge(request)) : refusals.invalidKey();
            case Parsed.TooOld ignored -> refusals.tooOld();
            case Parsed.Present present -> protectedCharge(request, caller, present.key());
        };
    }

    private Out refuseCaller(Parsed parsed, String caller) {
        if (parsed instanceof Parsed.Present present) {
            unauthorised.add(present.key());
            Known any = records.anyOf(present.key());
            if (settings.has(Fault.LOOKS_UP_BEFORE_IT_AUTHENTICATES) && any != null && any.response() != null) {
                return replay(any);
            }
        }
        return caller.isEmpty() ? refusals.unauthorised() : Out.json(403, "{}");
    }

    private Out protectedCharge(In request, String caller, String key) {
        if (settings.has(Fault.STORES_THE_401) && unauthorised.contains(key)) {
            return refusals.unauthorised();
        }
        String id = (settings.has(Fault.SCOPES_BY_NOTHING) ? "" : caller) + "\n" + key;
        if (settings.has(Fault.TELLS_BY_TIME) && records.isUsedByAnother(id, key)) {
            Charges.pause(MOMENT.dividedBy(4));
        }
        if (settings.has(Fault.REFUSES_THE_SAME_BODY_UNDER_ANOTHER_KEY)
                && !key.equals(bodies.computeIfAbsent(caller + request.body(), ignored -> key))) {
            return Out.json(409, "{\"message\":\"This charge was made before\"}");
        }
        String fingerprint = fingerprint(request);
        boolean claims = !settings.has(Fault.EXECUTES_IN_PARALLEL) && !settings.has(Fault.IGNORES_KEYS);
        Known record = claims ? records.claim(id, fingerprint) : records.find(id);
        if (record == null || settings.has(Fault.IGNORES_KEYS)) {
            return execute(request, id, fingerprint);
        }
        boolean running = record.response() == null;
        boolean compares = !running || !settings.has(Fault.COMPARES_ONLY_WHEN_FINISHED);
        if (compares && !record.fingerprint().equals(fingerprint)) {
            return keeping(Fault.STORES_THE_422, id, record, refusals.mismatch());
        }
        if (running) {
            return settings.has(Fault.BREAKS_UNDER_A_BURST) && refusedWhileRunning.incrementAndGet() > 10
                    ? Out.json(500, "{}")
                    : keeping(Fault.STORES_THE_409, id, record, refusals.inProgress());
        }
        if (record.unknown()) {
            return refusals.outcomeUnknown();
        }
        return settings.rejectsDuplicates() && !settings.has(Fault.REPLAYS_WHAT_IT_SHOULD_REJECT)
                ? refusals.alreadyHandled()
                : replay(record);
    }

    private Out keeping(Fault fault, String id, Known record, Out refusal) {
        if (settings.has(fault)) {
            records.put(id, record.finished(refusal, settings.retention()));
        }
        return refusal;
    }

    private String fingerprint(In request) {
        return request.method()
                + (settings.has(Fault.COMPARES_NO_QUERY) ? request.pathOnly() : request.path())
                + (settings.has(Fault.COMPARES_NO_BODY) ? "" : request.first("Content-Type") + request.body());
    }

    private Out execute(In request, String id, String fingerprint) {
        if (settings.has(Fault.EXECUTES_IN_PARALLEL) || settings.has(Fault.BREAKS_UNDER_A_BURST)) {
            Charges.pause(MOMENT);
        }
        refusedWhileRunning.set(0);
        Out out = first(charges.charge(request));
        Known running = Known.running(fingerprint);
        boolean leftEarly = settings.has(Fault.FORGETS_WHEN_THE_CLIENT_LEAVES_EARLY)
                && charges.isSlow(request)
                && request.client().isGone();
        if (leftEarly || forgets(out)) {
            records.remove(id);
            return out;
        }
        Known finished = out.status() >= 500 && settings.profile() != Profile.STRIPE
                ? running.unknownOutcome()
                : running.finished(out, retention());
        if (settings.has(Fault.ANSWERS_BEFORE_IT_IS_DURABLE)) {
            return out.whenSent(() -> {
                Charges.pause(MOMENT.multipliedBy(2));
                records.finish(id, finished);
            });
        }
        records.finish(id, finished);
        return settings.has(Fault.FORGETS_WHEN_THE_RESPONSE_IS_LOST) && !charges.isSlow(request)
                ? out.whenLost(() -> records.remove(id))
                : out;
    }

    private boolean forgets(Out out) {
        if (out.status() >= 500) {
            return settings.has(Fault.EXECUTES_AGAIN_AFTER_5XX)
                    || settings.has(Fault.EXECUTES_AGAIN_AFTER_5XX_AS_STRIPE);
        }
        return out.status() >= 400
                ? settings.has(Fault.FORGETS_REFUSALS)
                : settings.has(Fault.FORGETS_LARGE_RESPONSES) && out.body().length() > Records.LONGEST_BODY;
    }

    private Duration retention() {
        if (settings.has(Fault.NEVER_FORGETS)) {
            return Duration.ofHours(24);
        }
        return settings.has(Fault.FORGETS_TOO_EARLY) ? settings.retention().dividedBy(2) : settings.retention();
    }

    private Out first(Out out) {
        Out advertised = settings.has(Fault.DOES_NOT_ADVERTISE_RETENTION)
                ? out
                : out.with(
                        "Idempotency-Retention",
                        Long.toString(settings.retention().toSeconds()));
        return exchanges.first(
                settings.has(Fault.MARKS_FIRST_RESPONSES)
                        ? advertised.with("Idempotent-Replayed", "true")
                        : advertised);
    }

    private Out replay(Known record) {
        Out recorded = record.response();
        if (recorded == null) {
            throw new IllegalStateException("Running operations have no response");
        }
        Out out = exchanges.replayed(recorded);
        if (record.omitted() && !settings.has(Fault.OMITS_LARGE_BODIES_SILENTLY)) {
            out = out.with(OMITTED, "true");
        }
        if (settings.has(Fault.REPLAYS_ANOTHER_BODY)) {
            out = out.withBody(out.body() + " ");
        }
        return settings.has(Fault.REPLAYS_ANOTHER_STATUS) && out.status() == 201 ? out.withStatus(200) : out;
    }
}
