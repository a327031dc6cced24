package dev.reprise.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An endpoint of one insert in a Spring Boot application on PostgreSQL: protected by hand, by the starter in the same
 * transaction and under a lease, unprotected, and replayed, in turns. Then, in short turns of their own, how many statements each
 * has the database execute; and how long the application takes to start with and without the starter.
 *
 * <p>Arguments: rounds (5), seconds per turn (8), starts of each kind (5). Needs wrk.
 */
final class SpringEndpoint {
    private static final String UNPROTECTED = "unprotected";
    private static final int CONNECTIONS = 32;
    private static final String BODY = "'{\"amount\":4200,\"memo\":\"Invoice 2026-11-22, two pieces\"}'";
    private static final Pattern STARTED = Pattern.compile("Started SpringShop in ([\\d.]+) seconds");

    private SpringEndpoint() {}

    private record Side(String name, String path, Path script) {}

    /** What a turn measured: all together, and for each request. */
    private record Turn(Wrk.Result load, double appMicros, double allMicros, double commits, double walBytes) {}

    private record Measured(Side side, List<Turn> turns) {}

    public static void main(String[] arguments) throws Exception {
        int rounds = Arguments.number(arguments, 0, 5);
        int seconds = Arguments.number(arguments, 1, 8);
        int starts = Arguments.number(arguments, 2, 5);
        Wrk wrk = new Wrk(CONNECTIONS);
        Path folder = Files.createTempDirectory("reprise-benchmark");
        try (Postgres postgres = new Postgres(2)) {
            postgres.run(Payments.TABLES);
            int port = Wrk.freePort();
            Process application = start(folder.resolve("application.log"), postgres.url(), port);
            try {
                awaitStart(folder.resolve("application.log"));
                measure(wrk, folder, postgres, application.pid(), port, rounds, seconds);
            } finally {
                application.destroy();
                application.waitFor();
            }
            countStatements(folder, postgres);
            measureStarts(folder, postgres, starts);
        } finally {
            Folders.delete(folder);
        }
    }

    private static Process start(Path log, String database, int port, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=" + port,
                "--spring.main.banner-mode=off",
                "--spring.datasource.url=" + database,
                "--spring.datasource.hikari.maximum-pool-size=16",
                "--spring.sql.init.mode=never"));
        arguments.addAll(List.of(more));
        return Processes.java(log, SpringShop.class, arguments.toArray(String[]::new));
    }

    private static List<Side> sides(Path folder) throws IOException {
        Path fresh = Wrk.script(folder, "fresh.lua", BODY, "prefix .. n");
        Path replay = Wrk.script(folder, "replay.lua", BODY, "'replay-' .. n % 1000");
        return List.of(
                new Side("by hand, in one transaction", "/by-hand", fresh),
                new Side("starter, transactional", "/transactional", fresh),
                new Side("starter, leased", "/leased", fresh),
                new Side(UNPROTECTED, "/unprotected", fresh),
                new Side("starter, replay", "/transactional", replay));
    }

    private static void measure(
            Wrk wrk, Path folder, Postgres postgres, long application, int port, int rounds, int seconds)
            throws Exception {
        List<Measured> measured = new ArrayList<>();
        for (Side side : sides(folder)) {
            measured.add(new Measured(side, new ArrayList<>()));
        }
        for (int round = -1; round <= rounds; round++) {
            System.err.printf(round < 1 ? "warm-up%n" : "round " + round + "%n");
            for (Measured one : measured) {
                Turn turn = turn(wrk, postgres, application, "http://127.0.0.1:" + port, one.side(), seconds);
                if (round > 0) {
                    one.turns().add(turn);
                }
            }
        }
        System.out.println(Machine.describe() + ", PostgreSQL on the same machine, fsync on");
        System.out.printf(
                "%d connections, pool of 16, %d rounds of %d s each in turns, medians; ratios to the one by hand%n%n",
                CONNECTIONS, rounds, seconds);
        print(measured);
    }

    private static Turn turn(Wrk wrk, Postgres postgres, long application, String base, Side side, int seconds)
            throws Exception {
        // Sessions report their commits at most once a second.
        Thread.sleep(1_100);
        Postgres.Cost before = postgres.cost();
        long cpu = Processes.cpuMicros(application);
        Wrk.Result load = wrk.run(side.script(), base + side.path(), seconds);
        long used = Processes.cpuMicros(application) - cpu;
        Thread.sleep(1_100);
        Postgres.Cost cost = postgres.cost().since(before);
        return new Turn(
                load,
                used / load.requests(),
                cost.cpuMicros() / load.requests(),
                cost.commits() / load.requests(),
                cost.walBytes() / load.requests());
    }

    private static void print(List<Measured> measured) {
        System.out.println(
                "| | requests/s | ratio | to unprotected | p50 ms | p99 ms | CPU µs each, application | CPU µs each, database "
                        + "| commits each | WAL bytes each |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        List<Turn> byHand = measured.getFirst().turns();
        List<Turn> unprotected = measured.stream()
                .filter(one -> one.side().name().equals(UNPROTECTED))
                .findFirst()
                .orElseThrow()
                .turns();
        for (Measured one : measured) {
            System.out.printf(
                    "| %s | %,.0f | %.2f | %.2f | %.2f | %.2f | %.0f | %.0f | %.2f | %,.0f |%n",
                    one.side().name(),
                    median(one, turn -> turn.load().perSecond()),
                    ratio(one.turns(), byHand),
                    ratio(one.turns(), unprotected),
                    median(one, turn -> turn.load().p50Millis()),
                    median(one, turn -> turn.load().p99Millis()),
                    median(one, Turn::appMicros),
                    median(one, turn -> turn.allMicros() - turn.appMicros()),
                    median(one, Turn::commits),
                    median(one, Turn::walBytes));
        }
        System.out.println();
    }

    /** The median of the rounds. */
    private static double ratio(List<Turn> turns, List<Turn> yardstick) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < turns.size(); i++) {
            ratios.add(turns.get(i).load().perSecond() / yardstick.get(i).load().perSecond());
        }
        return Quantiles.median(ratios);
    }

    private static double median(Measured measured, ToDoubleFunction<Turn> value) {
        return Quantiles.median(
                measured.turns().stream().map(value::applyAsDouble).toList());
    }

    /** Through somebody in front of the database who counts, which costs time; so nothing else is measured here. */
    private static void countStatements(Path folder, Postgres postgres) throws Exception {
        Wrk wrk = new Wrk(4);
        int port = Wrk.freePort();
        Path log = folder.resolve("statements.log");
        try (CountingProxy statements = new CountingProxy(postgres.port(), CountedStatements::new)) {
            String counted = postgres.url().replace(":" + postgres.port() + "/", ":" + statements.port() + "/");
            Process application = start(log, counted, port);
            try {
                awaitStart(log);
                System.out.println("| | statements each, BEGIN and COMMIT among them |");
                System.out.println("|---|---|");
                for (Side side : sides(folder)) {
                    String url = "http://127.0.0.1:" + port + side.path();
                    wrk.run(side.script(), url, 1);
                    long before = statements.count();
                    Wrk.Result load = wrk.run(side.script(), url, 3);
                    System.out.printf("| %s | %.2f |%n", side.name(), (statements.count() - before) / load.requests());
                }
                System.out.println();
            } finally {
                application.destroy();
                application.waitFor();
            }
        }
    }

    /** One guarantee is what most applications have; each needs a store of its own. */
    private static void measureStarts(Path folder, Postgres postgres, int starts) throws Exception {
        Map<String, String> kinds = new LinkedHashMap<>();
        kinds.put("with reprise.enabled=false", "--reprise.enabled=false");
        kinds.put("with the starter", "--shop.leased=false");
        kinds.put("with the starter and two guarantees", "--shop.leased=true");
        Map<String, List<Double>> millis = new LinkedHashMap<>();
        for (int i = 0; i < starts; i++) {
            for (Map.Entry<String, String> kind : kinds.entrySet()) {
                Path log = Files.createTempFile(folder, "start", ".log");
                millis.computeIfAbsent(kind.getKey(), name -> new ArrayList<>())
                        .add(startMillis(log, postgres, kind.getValue()));
            }
            System.err.printf("start %d of %d of each kind%n", i + 1, starts);
        }
        System.out.printf("Start, medians of %d in turns:%n", starts);
        millis.forEach((kind, values) -> System.out.printf("%,.0f ms %s%n", Quantiles.median(values), kind));
    }

    private static double startMillis(Path log, Postgres postgres, String argument) throws Exception {
        Process application = start(log, postgres.url(), Wrk.freePort(), argument);
        try {
            return 1000 * awaitStart(log);
        } finally {
            application.destroy();
            application.waitFor();
        }
    }

    private static double awaitStart(Path log) throws IOException, InterruptedException {
        for (int i = 0; i < 600; i++) {
            Matcher started = STARTED.matcher(Files.exists(log) ? Files.readString(log) : "");
            if (started.find()) {
                return Double.parseDouble(started.group(1));
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException("The application did not start:\n" + Files.readString(log));
    }
}
