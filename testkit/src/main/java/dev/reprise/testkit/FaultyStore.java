package dev.reprise.testkit;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreCapability;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Wraps a working store, and fails, stalls or loses acknowledgements on command. A stalled call has no time limit; a
 * {@link dev.reprise.spi.support.TimeLimitedStore} around this one ends the waiting. Thread-safe.
 */
public final class FaultyStore implements OperationStore {
    /** The calls that can be made to fail. */
    public enum Call {
        /** {@link OperationStore#acquire}. */
        ACQUIRE,
        /** {@link OperationStore#acquire} by a claim that takes over from a former owner. Goes wrong as an {@link #ACQUIRE} too. */
        TAKE_OVER,
        /** {@link OperationStore#renew}. */
        RENEW,
        /** {@link OperationStore#complete}. */
        COMPLETE,
        /** {@link OperationStore#release}. */
        RELEASE,
        /** {@link OperationStore#park}. */
        PARK,
        /** {@link OperationStore#parkAbandoned}. */
        PARK_ABANDONED,
        /** {@link OperationStore#startReconciling}. */
        START_RECONCILING,
        /** {@link OperationStore#eraseAnswer}. */
        ERASE_ANSWER,
        /** {@link OperationStore#find}. */
        FIND,
        /** {@link OperationStore#list}. */
        LIST,
        /** {@link OperationStore#purgeExpired}. */
        PURGE
    }

    /** The ways in which a call goes wrong. */
    public enum Fault {
        /** It throws and does nothing. */
        FAIL,
        /** It does the work, and then throws. */
        LOSE_ACKNOWLEDGEMENT,
        /** It waits until the store is healed; then it does the work. */
        STALL,
        /** It throws an {@link Error} and does nothing. */
        ERROR
    }

    private record Plan(Fault fault, AtomicInteger times) {}

    private final OperationStore store;
    private final Map<Call, Plan> plans = new ConcurrentHashMap<>();
    private final Map<Call, Runnable> steps = new ConcurrentHashMap<>();
    private volatile CountDownLatch healed = new CountDownLatch(1);

    /** A store that works like the given one until a fault is injected. */
    public FaultyStore(OperationStore store) {
        this.store = store;
    }

    /** Makes every such call go wrong until {@link #heal}. */
    public void inject(Fault fault, Call call) {
        inject(fault, call, Integer.MAX_VALUE);
    }

    /** Makes the next calls of that kind go wrong, as many as given. */
    public void inject(Fault fault, Call call, int times) {
        plans.put(call, new Plan(fault, new AtomicInteger(times)));
    }

    /** Runs a step just before the next such call, once: what somebody else does at that moment, or what is thrown. */
    public void before(Call call, Runnable step) {
        steps.put(call, step);
    }

    /** Makes the store work again, and lets stalled calls continue. */
    public void heal() {
        plans.clear();
        steps.clear();
        healed.countDown();
        healed = new CountDownLatch(1);
    }

    private <T> T call(Call call, Supplier<T> method) {
        CountDownLatch latch = healed;
        Runnable step = steps.remove(call);
        if (step != null) {
            step.run();
        }
        Plan plan = plans.get(call);
        if (plan == null || plan.times().getAndDecrement() <= 0) {
            return method.get();
        }
        return switch (plan.fault()) {
            case FAIL -> throw new StoreException(call + " fails as injected", null);
            case ERROR -> throw new AssertionError(call + " fails as injected");
            case LOSE_ACKNOWLEDGEMENT ->
                throw new StoreException(call + " returned " + method.get() + ", which is lost as injected", null);
            case STALL -> {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new StoreException(call + " was interrupted while stalled", e);
                }
                yield method.get();
            }
        };
    }

    @Override
    public Set<StoreCapability> capabilities() {
        return store.capabilities();
    }

    @Override
    public Acquisition acquire(Claim claim) {
        return call(
                Call.ACQUIRE,
                () -> claim.takeOverFrom().equals(FencingToken.NONE)
                        ? store.acquire(claim)
                        : call(Call.TAKE_OVER, () -> store.acquire(claim)));
    }

    @Override
    public LeaseStatus renew(Lease lease) {
        return call(Call.RENEW, () -> store.renew(lease));
    }

    @Override
    public LeaseStatus complete(Lease lease, Response response, Duration retention) {
        return call(Call.COMPLETE, () -> store.complete(lease, response, retention));
    }

    @Override
    public LeaseStatus release(Lease lease) {
        return call(Call.RELEASE, () -> store.release(lease));
    }

    @Override
    public LeaseStatus park(Lease lease, String reason) {
        return call(Call.PARK, () -> store.park(lease, reason));
    }

    @Override
    public boolean parkAbandoned(OperationId id, FencingToken token, String reason) {
        return call(Call.PARK_ABANDONED, () -> store.parkAbandoned(id, token, reason));
    }

    @Override
    public boolean startReconciling(OperationId id, FencingToken token, Duration turn) {
        return call(Call.START_RECONCILING, () -> store.startReconciling(id, token, turn));
    }

    @Override
    public boolean eraseAnswer(OperationId id, FencingToken token) {
        return call(Call.ERASE_ANSWER, () -> store.eraseAnswer(id, token));
    }

    @Override
    public Optional<OperationRecord> find(OperationId id) {
        return call(Call.FIND, () -> store.find(id));
    }

    @Override
    public OperationQuery.Page<OperationRecord> list(OperationQuery query) {
        return call(Call.LIST, () -> store.list(query));
    }

    @Override
    public int purgeExpired(int limit) {
        return call(Call.PURGE, () -> store.purgeExpired(limit));
    }

    @Override
    public void awaitChange(OperationId id, FencingToken token, Duration atMost) throws InterruptedException {
        store.awaitChange(id, token, atMost);
    }

    @Override
    public void close() {
        store.close();
    }
}
