package dev.reprise.benchmarks;

import dev.reprise.encryption.LocalKeyring;
import dev.reprise.gateway.command.RepriseCommand;
import dev.reprise.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Gateways on a folder, on a folder with encrypted records, and on Redis, in turns in front of the same service: fresh keys and
 * replays, with throughput and CPU of the gateway. 64 connections, one load generator (wrk), bodies of 256 bytes. All processes share
 * the machine.
 *
 * <p>Arguments: rounds (5), seconds per turn (10). Needs nginx and wrk.
 */
final class GatewayStores {
    private static final int CONNECTIONS = 64;
    private static final String BODY = "string.rep('x', 256)";

    private GatewayStores() {}

    /** How many requests a second a gateway answered, and its own CPU for each. */
    private record Turn(double perSecond, double cpuMicros) {}

    /** One kind of traffic through one gateway, turn by turn. */
    private record Side(String name, Process gateway, String url, Path script, List<Turn> turns) {}

    public static void main(String[] arguments) throws Exception {
        int rounds = Arguments.number(arguments, 0, 5);
        int seconds = Arguments.number(arguments, 1, 10);
        Path nginx = Processes.installed("nginx", "apt-get install nginx-light");
        Path folder = Files.createTempDirectory("reprise-benchmark");
        int service = Wrk.freePort();
        List<Process> gateways = new ArrayList<>();
        Nginx upstream = Nginx.start(nginx, Files.createDirectory(folder.resolve("service")), """
                server {
                  listen 127.0.0.1:%d backlog=4096;
                  location / { default_type application/json; return 201 '{"id":"ch_1","status":"succeeded"}'; }
                }
                """.formatted(service));
        try (RedisServer redis = RedisServer.start("appendonly yes")) {
            Path fresh = Wrk.script(folder, "fresh.lua", BODY, "prefix .. n");
            Path replay = Wrk.script(folder, "replay.lua", BODY, "'replay-' .. n % 1000");
            List<Side> sides = new ArrayList<>();
            for (Map.Entry<String, List<String>> store : stores(folder, redis).entrySet()) {
                int port = Wrk.freePort();
                Process gateway = gateway(folder.resolve(store.getKey() + ".log"), store.getValue(), port, service);
                gateways.add(gateway);
                String url = "http://127.0.0.1:" + port + "/v1/charges";
                sides.add(new Side(store.getKey() + ", fresh keys", gateway, url, fresh, new ArrayList<>()));
                sides.add(new Side(store.getKey() + ", replays", gateway, url, replay, new ArrayList<>()));
            }
            measure(sides, rounds, seconds);
        } finally {
            for (Process gateway : gateways) {
                gateway.destroy();
                gateway.waitFor();
            }
            upstream.stop();
            Folders.delete(folder);
        }
    }

    /** By name, the options that choose each. */
    private static Map<String, List<String>> stores(Path folder, RedisServer redis) throws IOException {
        Path keys = Files.writeString(folder.resolve("keys"), LocalKeyring.newLine("benchmark"));
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-------"));
        Map<String, List<String>> stores = new LinkedHashMap<>();
        stores.put("folder", List.of("--store", folder.resolve("plain").toString()));
        stores.put(
                "folder, encrypted",
                List.of("--store", folder.resolve("encrypted").toString(), "--encryption-keys", keys.toString()));
        stores.put("Redis", List.of("--database", "redis://127.0.0.1:" + redis.port()));
        return stores;
    }

    private static Process gateway(Path log, List<String> store, int port, int service) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("gateway", "--listen", Integer.toString(port), "--admin", "0"));
        arguments.addAll(List.of("--upstream", "http://127.0.0.1:" + service));
        arguments.addAll(store);
        Process gateway = Processes.java(log, RepriseCommand.class, arguments.toArray(String[]::new));
        Processes.awaitLine(log, "records");
        return gateway;
    }

    private static void measure(List<Side> sides, int rounds, int seconds) throws Exception {
        Wrk wrk = new Wrk(CONNECTIONS);
        for (int round = 0; round <= rounds; round++) {
            System.err.println(round == 0 ? "warm-up" : "round " + round + " of " + rounds);
            for (Side side : sides) {
                long before = Processes.cpuMicros(side.gateway().pid());
                Wrk.Result load = wrk.run(side.script(), side.url(), seconds);
                double cpu = (Processes.cpuMicros(side.gateway().pid()) - before) / load.requests();
                if (round > 0) {
                    side.turns().add(new Turn(load.perSecond(), cpu));
                }
            }
        }
        System.out.println(Machine.describe());
        System.out.printf("%d connections, %d rounds of %d s each in turns, medians%n%n", CONNECTIONS, rounds, seconds);
        System.out.println(
                "| | requests/s | throughput / the same on a folder | gateway CPU µs | CPU / the same on a folder |");
        System.out.println("|---|---|---|---|---|");
        for (int i = 0; i < sides.size(); i++) {
            List<Turn> turns = sides.get(i).turns();
            List<Turn> onFolder = sides.get(i % 2).turns();
            System.out.printf(
                    "| %s | %,.0f | %.2f | %.0f | %.2f |%n",
                    sides.get(i).name(),
                    Quantiles.median(turns.stream().map(Turn::perSecond).toList()),
                    ratio(turns, onFolder, Turn::perSecond),
                    Quantiles.median(turns.stream().map(Turn::cpuMicros).toList()),
                    ratio(turns, onFolder, Turn::cpuMicros));
        }
    }

    /** The median of the rounds' ratios. */
    private static double ratio(List<Turn> turns, List<Turn> to, ToDoubleFunction<Turn> value) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < turns.size(); round++) {
            ratios.add(value.applyAsDouble(turns.get(round)) / value.applyAsDouble(to.get(round)));
        }
        return Quantiles.median(ratios);
    }
}
