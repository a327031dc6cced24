package dev.reprise.benchmarks;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * What was seen in a part of a soak, and at its end.
 *
 * @param busy the share of the time for which the processors of the machine were
 * @param p99Millis from the moment at which a caller came
 * @param heapMegabytes what is in use after a collection
 * @param directMegabytes what connections use outside of the heap
 */
record SoakPeriod(
        double perSecond,
        double busy,
        double p50Millis,
        double p99Millis,
        double residentMegabytes,
        double heapMegabytes,
        double directMegabytes,
        long descriptors,
        long threads,
        double folderMegabytes) {

    static final String HEADINGS =
            "| operations/s | busy % | p50 ms | p99 ms | resident MB | heap MB | direct MB | descriptors | threads | folder MB |\n"
                    + "|---|---|---|---|---|---|---|---|---|---|";

    static SoakPeriod end(LaunchedGateway gateway, Path folder, Histogram latencies, double seconds, double busy)
            throws IOException, InterruptedException {
        double resident = gateway.residentMegabytes();
        return new SoakPeriod(
                latencies.getTotalCount() / seconds,
                busy,
                latencies.getValueAtPercentile(50) / 1e6,
                latencies.getValueAtPercentile(99) / 1e6,
                resident,
                gateway.liveMegabytes(),
                gateway.directMegabytes(),
                gateway.descriptors(),
                gateway.threads(),
                megabytes(folder));
    }

    private static double megabytes(Path folder) throws IOException {
        AtomicLong bytes = new AtomicLong();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes.addAndGet(attributes.size());
                return FileVisitResult.CONTINUE;
            }

            // What is expired goes while this looks.
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        });
        return bytes.doubleValue() / (1 << 20);
    }

    /** A row of the table. */
    @Override
    public String toString() {
        return String.format(
                "| %,.0f | %.0f | %.2f | %.2f | %.0f | %.1f | %.1f | %d | %d | %.0f |",
                perSecond,
                busy * 100,
                p50Millis,
                p99Millis,
                residentMegabytes,
                heapMegabytes,
                directMegabytes,
                descriptors,
                threads,
                folderMegabytes);
    }
}
