package dev.reprise.benchmarks;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A gateway for an hour at a load that keeps the processors busy for 70 % of the time, with its default settings but for a retention of
 * some seconds, so that records expire all the time. Callers ask again, later and at once; the service behind is restarted in each period. It prints a line for
 * each period, and ends with 1 if memory, descriptors, threads, the folder or the p99 grow, if an effect happened twice, or if a
 * retry was answered in another way.
 *
 * <p>Arguments: minutes (60), operations per second (0: as many as make that load, which is measured at the beginning). The load generator and the
 * service share the processors with the gateway.
 */
final class Soak {
    private static final int RETENTION_SECONDS = 20;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(RETENTION_SECONDS / 4);
    private static final double BUSY = 0.7;
    /** Requests come in smaller batches when there are fewer of them, and each costs more then; so the load is found by trying. */
    private static final double TRIED = 0.5;

    private static final int PERIODS = 30;
    private static final int RESTARTS = 2;
    /** What has come has its answer by then; what was not done is asked for again for half a minute. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private Soak() {}

    /**
     * What it found.
     *
     * @param findings of the callers
     * @param repeated effects beyond one for each operation
     */
    record Result(List<SoakPeriod> periods, SoakFindings findings, long repeated) {}

    public static void main(String[] arguments) throws Exception {
        Duration length = Duration.ofMinutes(Arguments.number(arguments, 0, 60));
        Path folder = Files.createTempDirectory("reprise-soak");
        List<String> complaints;
        try {
            System.out.println(Machine.describe());
            Result result = run(folder, length.dividedBy(PERIODS), PERIODS, Arguments.number(arguments, 1, 0));
            System.out.println(result.findings());
            complaints = new ArrayList<>(new SoakVerdict(result.periods()).complaints(true));
            if (result.findings().wrongSoFar() > 0) {
                complaints.add("answers were wrong or missing");
            }
            if (result.repeated() > 0) {
                complaints.add(result.repeated() + " effects happened twice");
            }
        } finally {
            Folders.delete(folder);
        }
        System.out.println(complaints.isEmpty() ? "All is flat." : "Not as it should be: " + complaints);
        System.exit(complaints.isEmpty() ? 0 : 1);
    }

    /**
     * Soaks a gateway.
     *
     * @param perSecond operations a second; 0 for as many as keep the processors busy for {@link #BUSY} of the time
     */
    static Result run(Path folder, Duration period, int periods, int perSecond) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
        SoakService service = new SoakService(vertx);
        Path store = folder.resolve("store");
        Path settings = Files.writeString(
                folder.resolve("reprise.yaml"), """
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                store: %s
                upstream: http://127.0.0.1:%d
                defaults:
                  retention: %ds
                  max-wait: 30s
                """.formatted(store, service.port(), RETENTION_SECONDS));
        try (LaunchedGateway gateway = LaunchedGateway.start(settings, "")) {
            SoakCallers callers = new SoakCallers(vertx, gateway.port(), LONGEST_PAUSE);
            Processors processors = new Processors();
            callers.come(perSecond > 0 ? perSecond : load(callers, processors));
            processors.busy();
            List<SoakPeriod> seen = new ArrayList<>();
            System.out.println(SoakPeriod.HEADINGS);
            for (int i = 0; i < periods; i++) {
                long begun = System.nanoTime();
                for (int restart = 0; restart < RESTARTS; restart++) {
                    Thread.sleep(period.dividedBy(RESTARTS));
                    service.restart();
                }
                double seconds = (System.nanoTime() - begun) / 1e9;
                seen.add(SoakPeriod.end(gateway, store, callers.latencies(), seconds, processors.busy()));
                System.out.println(seen.getLast());
            }
            callers.stop();
            awaitEnd(callers.findings());
            return new Result(seen, callers.findings(), service.repeated());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static int load(SoakCallers callers, Processors processors) throws Exception {
        callers.capacity(Duration.ofSeconds(20));
        double most = callers.capacity(Duration.ofSeconds(10)) / SoakCallers.REQUESTS;
        callers.come((int) (most * TRIED));
        Thread.sleep(Duration.ofSeconds(10));
        processors.busy();
        Thread.sleep(Duration.ofSeconds(20));
        double busy = processors.busy();
        callers.stop();
        callers.latencies();
        double wanted = Math.min(most * TRIED * BUSY / busy, most);
        System.out.printf(
                "%,.0f operations a second at most; %,.0f keep the processors busy for %.0f %%, so %,.0f come%n%n",
                most, most * TRIED, busy * 100, wanted);
        return (int) wanted;
    }

    private static void awaitEnd(SoakFindings findings) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (findings.open() > 0 && System.nanoTime() < end) {
            Thread.sleep(100);
        }
        if (findings.open() > 0) {
            findings.broken(findings.open() + " operations have no answer");
        }
    }
}
