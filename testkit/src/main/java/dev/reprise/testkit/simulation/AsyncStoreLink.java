package dev.reprise.testkit.simulation;

import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.AsyncOperationStore;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The same store, which tells when it is done. */
final class AsyncStoreLink extends StoreLink implements AsyncOperationStore {
    private final Scheduler scheduler;
    private final SimulatedProcess process;

    AsyncStoreLink(SharedStore shared, SimulatedProcess process) {
        super(shared, process, false);
        this.scheduler = shared.world().scheduler();
        this.process = process;
    }

    @Override
    public CompletionStage<Acquisition> acquireAsync(Claim claim) {
        return told(() -> acquire(claim));
    }

    @Override
    public CompletionStage<LeaseStatus> completeAsync(Lease lease, Response response, Duration retention) {
        return told(() -> complete(lease, response, retention));
    }

    /** On a thread of the process, which dies with it. */
    private <T> CompletionStage<T> told(Supplier<T> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        scheduler.start(process, process + " store", () -> {
            T result;
            try {
                result = call.get();
            } catch (StoreException | SimulatedError e) {
                answer.completeExceptionally(e);
                return;
            }
            answer.complete(result);
        });
        return answer;
    }
}
