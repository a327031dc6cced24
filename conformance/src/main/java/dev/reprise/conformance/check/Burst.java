package dev.reprise.conformance.check;

import dev.reprise.conformance.wire.Connection;
import dev.reprise.conformance.wire.WireAttempt;
import dev.reprise.conformance.wire.WireRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Sends the same request many times at once: all connections are open before the first byte is sent. */
final class Burst {
    private Burst() {}

    static List<WireAttempt> send(Probe probe, WireRequest request, int times) {
        probe.session().budget().permit(times);
        CountDownLatch connected = new CountDownLatch(times);
        List<FutureTask<WireAttempt>> tasks = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            FutureTask<WireAttempt> task = new FutureTask<>(() -> {
                try (Connection connection = probe.session().wire().open(request.uri())) {
                    connected.countDown();
                    connected.await();
                    connection.send(request);
                    return connection.read(request);
                }
            });
            tasks.add(task);
            Thread.ofVirtual().start(task);
        }
        List<WireAttempt> attempts = new ArrayList<>();
        try {
            for (FutureTask<WireAttempt> task : tasks) {
                attempts.add(task.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LimitReachedException("The check was interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException("A connection tells its failures by what is read from it", e);
        }
        return attempts;
    }
}
