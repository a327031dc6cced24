package dev.reprise.conformance.check;

import dev.reprise.conformance.wire.Attempt;
import dev.reprise.conformance.wire.Connection;
import dev.reprise.conformance.wire.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Sends the same request many times at once: all connections are open before the first byte is sent. */
final class Burst {
    private Burst() {}

    static List<Attempt> send(Probe probe, Request request, int times) {
        probe.session().budget().permit(times);
        CountDownLatch connected = new CountDownLatch(times);
        List<FutureTask<Attempt>> tasks = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            FutureTask<Attempt> task = new FutureTask<>(() -> {
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
        List<Attempt> attempts = new ArrayList<>();
        try {
            for (FutureTask<Attempt> task : tasks) {
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
