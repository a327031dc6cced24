package dev.reprise.benchmarks;

import dev.reprise.gateway.command.RepriseCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The gateway against nginx as a plain proxy, in turns, in front of the same service (another nginx): CPU time per
 * request, and requests per second, of what passes through, of fresh keys and of replays. 64 connections, one load
 * generator (wrk), bodies of 256 bytes.
 *
 * <p>Arguments: rounds (5), seconds per turn (10). Needs nginx and wrk.
 */
final class GatewayLoad {
    private static final int CONNECTIONS = 64;
    private static final int WARM_UPS = 2;
    private static final String BODY = "string.rep('x', 256)";

    private GatewayLoad() {}

    /** One kind of traffic through one proxy. */
    private record Side(String name, long process, String url, Path script) {}

    /** What one turn of one side measured. */
    private record Turn(double perSecond, double cpuMicros) {}

    /** A side and all its turns. */
    private record Measured(Side side, List<Turn> turns) {}

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        Path nginx = Processes.installed("nginx", "apt-get install nginx-light");
        Wrk wrk = new Wrk(CONNECTIONS);
        Path folder = Files.createTempDirectory("reprise-benchmark");
        int service = Wrk.freePort();
        int plain = Wrk.freePort();
        int gatewayPort = Wrk.freePort();
        Nginx upstream = Nginx.start(nginx, Files.createDirectory(folder.resolve("service")), """
                server {
                  listen 127.0.0.1:%d backlog=4096;
                  location / { default_type application/json; return 201 '{"id":"ch_1","status":"succeeded"}'; }
                }
                """.formatted(service));
        Nginx proxy = Nginx.start(nginx, Files.createDirectory(folder.resolve("proxy")), """
                upstream service { server 127.0.0.1:%d; keepalive 256; keepalive_requests 1000000000; }
                server {
                  listen 127.0.0.1:%d backlog=4096;
                  location / {
                    proxy_pass http://service;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                  }
                }
                """.formatted(service, plain));
        Process gateway = Processes.java(
                folder.resolve("gateway.log"),
                RepriseCommand.class,
                "gateway",
                "--listen",
                Integer.toString(gatewayPort),
                "--admin",
                "0",
                "--store",
                folder.resolve("store").toString(),
                "--upstream",
                "http://127.0.0.1:" + service);
        try {
            Processes.awaitLine(folder.resolve("gateway.log"), "records");
            List<Side> sides = sides(folder, proxy.worker(), plain, gateway.pid(), gatewayPort);
            for (int warmUp = 1; warmUp <= WARM_UPS; warmUp++) {
                System.err.printf("warm-up %d of %d%n", warmUp, WARM_UPS);
                for (Side side : sides) {
                    turn(wrk, side, seconds);
                }
            }
            List<Measured> measured = sides.stream()
                    .map(side -> new Measured(side, new ArrayList<>()))
                    .toList();
            for (int round = 1; round <= rounds; round++) {
                System.err.printf("round %d of %d%n", round, rounds);
                for (Measured one : measured) {
                    one.turns().add(turn(wrk, one.side(), seconds));
                }
            }
            print(rounds, seconds, measured);
        } finally {
            gateway.destroy();
            gateway.waitFor();
            proxy.stop();
            upstream.stop();
            Folders.delete(folder);
        }
    }

    private static List<Side> sides(Path folder, long nginx, int plain, long gateway, int gatewayPort)
            throws IOException {
        Path get = Files.writeString(folder.resolve("get.lua"), "");
        Path post = Wrk.script(folder, "post.lua", BODY, "nil");
        Path fresh = Wrk.script(folder, "fresh.lua", BODY, "prefix .. n");
        Path replay = Wrk.script(folder, "replay.lua", BODY, "'replay-' .. n % 1000");
        String url = "http://127.0.0.1:" + gatewayPort + "/v1/charges";
        return List.of(
                new Side("nginx, GET", nginx, "http://127.0.0.1:" + plain + "/v1/charges", get),
                new Side("nginx, POST", nginx, "http://127.0.0.1:" + plain + "/v1/charges", post),
                new Side("gateway, GET", gateway, url, get),
                new Side("gateway, POST without a key", gateway, url, post),
                new Side("gateway, POST with a fresh key", gateway, url, fresh),
                new Side("gateway, replay", gateway, url, replay));
    }

    private static Turn turn(Wrk wrk, Side side, int seconds) throws IOException, InterruptedException {
        long before = Processes.cpuMicros(side.process());
        Wrk.Result result = wrk.run(side.script(), side.url(), seconds);
        return new Turn(result.perSecond(), (Processes.cpuMicros(side.process()) - before) / result.requests());
    }

    private static void print(int rounds, int seconds, List<Measured> measured) {
        System.out.println(Machine.describe());
        System.out.printf(
                "%d connections, 256-byte bodies, %d rounds of %d s each in turns, medians%n%n",
                CONNECTIONS, rounds, seconds);
        System.out.println("| | requests/s | CPU µs/request | CPU / nginx | throughput / gateway POST without a key |");
        System.out.println("|---|---|---|---|---|");
        List<Turn> passing = measured.get(3).turns();
        for (Measured one : measured) {
            List<Turn> nginx =
                    measured.get(one.side().name().contains("GET") ? 0 : 1).turns();
            List<Double> cpu = new ArrayList<>();
            List<Double> throughput = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                Turn turn = one.turns().get(i);
                cpu.add(turn.cpuMicros() / nginx.get(i).cpuMicros());
                throughput.add(turn.perSecond() / passing.get(i).perSecond());
            }
            System.out.printf(
                    "| %s | %,.0f | %.1f | %.2f | %.2f |%n",
                    one.side().name(),
                    Quantiles.median(one.turns().stream().map(Turn::perSecond).toList()),
                    Quantiles.median(one.turns().stream().map(Turn::cpuMicros).toList()),
                    Quantiles.median(cpu),
                    Quantiles.median(throughput));
        }
    }
}
