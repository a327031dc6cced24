package dev.reprise.benchmarks;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Outcome;
import dev.reprise.Response;
import dev.reprise.store.rocksdb.RocksDbStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * How much disk a finished record takes in the embedded store, by the length of its response. The bodies hardly compress.
 *
 * <p>Arguments: how many records of each length, 100,000 by default.
 */
final class RecordSizes {
    private static final List<Integer> BODY_LENGTHS = List.of(0, 500, 10_000);

    private RecordSizes() {}

    public static void main(String[] arguments) throws Exception {
        int records = Arguments.number(arguments, 0, 100_000);
        System.out.println("| response body | disk per record, bytes |");
        System.out.println("|---|---|");
        for (int length : BODY_LENGTHS) {
            Path folder = Files.createTempDirectory("reprise-sizes");
            try {
                fill(folder, records, length);
                System.out.printf("| %,d | %,d |%n", length, size(folder) / records);
            } finally {
                Folders.delete(folder);
            }
        }
    }

    private static void fill(Path folder, int records, int length) {
        try (RocksDbStore store = RocksDbStore.in(folder).open();
                IdempotencyEngine engine = IdempotencyEngine.over(store).build();
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < 64; caller++) {
                Random random = new Random(caller);
                callers.execute(() -> {
                    for (int i = 0; i < records / 64; i++) {
                        Response response = response(random, length);
                        engine.execute(SampleOperations.fresh(), execution -> new Outcome.Answered(response, response));
                    }
                });
            }
        }
    }

    private static Response response(Random random, int length) {
        byte[] half = new byte[length / 2];
        random.nextBytes(half);
        return new Response(
                201,
                Headers.of("Content-Type", "application/json", "Location", "/v1/charges/1"),
                Body.of(HexFormat.of().formatHex(half).getBytes(StandardCharsets.US_ASCII)));
    }

    private static long size(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
