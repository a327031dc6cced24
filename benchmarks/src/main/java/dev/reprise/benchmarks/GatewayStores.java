package dev.reprise.benchmarks;

import dev.reprise.gateway.command.RepriseCommand;
import dev.reprise.testkit.RedisServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Gateways on a folder and on Redis, in turns in front of the same service: fresh keys and replays. 64 connections, one load generator
 * (wrk), bodies of 256 bytes. All processes share the machine.
 *
 * <p>Arguments: rounds (5), seconds per turn (10). Needs nginx and wrk.
 */
final class GatewayStores {
    private static final int CONNECTIONS = 64;
    private static final String BODY = "string.rep('x', 256)";

    private GatewayStores() {}

    /** One kind of traffic through one gateway, and how many requests it answered a second, turn by turn. */
    private record Side(String name, String url, Path script, List<Double> perSecond) {}

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
            for (String[] store : new String[][] {
                {"folder", "--store", folder.resolve("store").toString()},
                {"Redis", "--database", "redis://127.0.0.1:" + redis.port()}
            }) {
                int port = Wrk.freePort();
                gateways.add(gateway(folder, store, port, service));
                String url = "http://127.0.0.1:" + port + "/v1/charges";
                sides.add(new Side(store[0] + ", fresh keys", url, fresh, new ArrayList<>()));
                sides.add(new Side(store[0] + ", replays", url, replay, new ArrayList<>()));
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

    private static Process gateway(Path folder, String[] store, int port, int service) throws Exception {
        Path log = folder.resolve(store[0] + ".log");
        Process gateway = Processes.java(
                log,
                RepriseCommand.class,
                "gateway",
                "--listen",
                Integer.toString(port),
                "--admin",
                "0",
                store[1],
                store[2],
                "--upstream",
                "http://127.0.0.1:" + service);
        Processes.awaitLine(log, "records");
        return gateway;
    }

    private static void measure(List<Side> sides, int rounds, int seconds) throws Exception {
        Wrk wrk = new Wrk(CONNECTIONS);
        for (int round = 0; round <= rounds; round++) {
            System.err.println(round == 0 ? "warm-up" : "round " + round + " of " + rounds);
            for (Side side : sides) {
                double perSecond = wrk.run(side.script(), side.url(), seconds).perSecond();
                if (round > 0) {
                    side.perSecond().add(perSecond);
                }
            }
        }
        System.out.println(Machine.describe());
        System.out.printf("%d connections, %d rounds of %d s each in turns, medians%n%n", CONNECTIONS, rounds, seconds);
        System.out.println("| | requests/s | throughput / the same on a folder |");
        System.out.println("|---|---|---|");
        for (int i = 0; i < sides.size(); i++) {
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                ratios.add(sides.get(i).perSecond().get(round)
                        / sides.get(i % 2).perSecond().get(round));
            }
            System.out.printf(
                    "| %s | %,.0f | %.2f |%n",
                    sides.get(i).name(), Quantiles.median(sides.get(i).perSecond()), Quantiles.median(ratios));
        }
    }
}
