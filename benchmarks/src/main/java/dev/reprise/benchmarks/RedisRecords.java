package dev.reprise.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.reprise.Answer;
import dev.reprise.Decision;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Operation;
import dev.reprise.Outcome;
import dev.reprise.Owner;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.store.redis.RedisStore;
import dev.reprise.testkit.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The store in Redis, in turns with what it replaces: pairs of a claim and a completion against two conditional writes by the driver, and
 * replays against a GET of as many bytes.
 *
 * <p>Arguments: rounds (5), seconds per turn (5), callers (64).
 */
final class RedisRecords {
    private static final int FINISHED = 10_000;
    private static final Duration RETENTION = Duration.ofHours(24);
    private static final byte[] RETENTION_MILLIS =
            Long.toString(RETENTION.toMillis()).getBytes(US_ASCII);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final SetArgs CLAIMING = SetArgs.Builder.nx().px(LEASE);
    private static final SetArgs COMPLETING = SetArgs.Builder.xx().px(RETENTION);
    private static final String COMPLETE_IF_OWNED =
            "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1 end return 0";

    private final RedisServer server;
    private final RedisAsyncCommands<byte[], byte[]> driver;
    private final RedisStore store;
    private final IdempotencyEngine engine;
    private final Response response = SampleOperations.response(420);
    private final byte[] completion = SampleOperations.response(550).body().bytes();
    private final String complete;

    private RedisRecords(
            RedisServer server, RedisAsyncCommands<byte[], byte[]> driver, RedisStore store, IdempotencyEngine engine) {
        this.server = server;
        this.driver = driver;
        this.store = store;
        this.engine = engine;
        this.complete = await(driver.scriptLoad(COMPLETE_IF_OWNED));
    }

    /** A way to do it. */
    private record Side(String name, Runnable operation) {}

    /** What a turn of one side measured. */
    private record Turn(Load.Result load, double scripts, double serverMicros) {}

    public static void main(String[] arguments) throws Exception {
        int rounds = Arguments.number(arguments, 0, 5);
        Duration turn = Duration.ofSeconds(Arguments.number(arguments, 1, 5));
        int callers = Arguments.number(arguments, 2, 64);
        RedisClient client = RedisClient.create();
        try (RedisServer server = RedisServer.start("appendonly yes");
                StatefulRedisConnection<byte[], byte[]> connection =
                        client.connect(ByteArrayCodec.INSTANCE, at(server));
                RedisStore store = RedisStore.at(at(server)).open();
                IdempotencyEngine engine = IdempotencyEngine.over(store).build()) {
            RedisRecords records = new RedisRecords(server, connection.async(), store, engine);
            System.out.println(Machine.describe() + ", Redis on the same machine, appendfsync everysec");
            System.out.printf("%d callers, %d rounds of %d s each, medians%n%n", callers, rounds, turn.toSeconds());
            records.measure(records.pairs(), callers, rounds, turn);
            records.measure(records.replays(), callers, rounds, turn);
        } finally {
            client.shutdown();
        }
    }

    private static RedisURI at(RedisServer server) {
        return RedisURI.create("127.0.0.1", server.port());
    }

    private List<Side> pairs() {
        return List.of(
                new Side("SET NX, then a script that compares and sets", () -> {
                    byte[] key = key();
                    byte[] owner = new byte[100];
                    require(await(driver.set(key, owner, CLAIMING)) != null);
                    byte[][] keys = {key};
                    Long done = await(driver.evalsha(
                            complete, ScriptOutputType.INTEGER, keys, owner, completion, RETENTION_MILLIS));
                    require(done == 1);
                }),
                new Side("SET NX, then SET XX, which compares nothing", () -> {
                    byte[] key = key();
                    require(await(driver.set(key, new byte[100], CLAIMING)) != null);
                    require(await(driver.set(key, completion, COMPLETING)) != null);
                }),
                new Side("store", () -> {
                    Operation fresh = SampleOperations.fresh();
                    require(store.acquire(claim(fresh)) instanceof Acquisition.Acquired acquired
                            && store.complete(acquired.lease(), response, RETENTION) != null);
                }),
                new Side("engine", () -> require(execute(SampleOperations.fresh()))));
    }

    private List<Side> replays() throws InterruptedException, ExecutionException {
        Operation[] finished = new Operation[FINISHED];
        byte[][] keys = new byte[FINISHED][];
        for (int i = 0; i < FINISHED; i++) {
            finished[i] = SampleOperations.withKey("finished-" + i);
            keys[i] = ("finished-" + i).getBytes(US_ASCII);
            require(execute(finished[i]));
            require(await(driver.set(keys[i], completion)) != null);
        }
        return List.of(
                new Side("GET", () -> require(await(driver.get(keys[random()])).length == completion.length)),
                new Side(
                        "store",
                        () -> require(store.acquire(claim(finished[random()])) instanceof Acquisition.Existing)),
                new Side("engine", () -> require(engine.begin(finished[random()]) instanceof Answer.Replay)));
    }

    private static Claim claim(Operation operation) {
        Owner owner = new Owner("benchmark", ThreadLocalRandom.current().nextLong(Long.MAX_VALUE));
        return new Claim(operation.id(), operation.fingerprints().current(), owner, LEASE);
    }

    private boolean execute(Operation operation) {
        return engine.begin(operation) instanceof Decision.Execute execute
                && execute.execution().finish(new Outcome.Answered(response, response)) instanceof Answer.Fresh;
    }

    private static byte[] key() {
        return UUID.randomUUID().toString().getBytes(US_ASCII);
    }

    private static int random() {
        return ThreadLocalRandom.current().nextInt(FINISHED);
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static void require(boolean done) {
        if (!done) {
            throw new IllegalStateException("That was not to be expected");
        }
    }

    private void measure(List<Side> sides, int callers, int rounds, Duration length)
            throws InterruptedException, ExecutionException {
        List<List<Turn>> turns = new ArrayList<>();
        for (Side side : sides) {
            Load.run(callers, Duration.ofSeconds(3), side.operation());
            turns.add(new ArrayList<>());
        }
        for (int round = 1; round <= rounds; round++) {
            for (int i = 0; i < sides.size(); i++) {
                turns.get(i).add(turn(sides.get(i), callers, length));
                System.err.printf(
                        "round %d: %s %,.0f/s%n",
                        round,
                        sides.get(i).name(),
                        turns.get(i).getLast().load().perSecond());
            }
        }
        System.out.println("| | per second | ratio | p50 ms | p99 ms | scripts each | server's CPU µs each |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (int i = 0; i < sides.size(); i++) {
            print(sides.get(i).name(), turns.get(i), turns.getFirst());
        }
        System.out.println();
    }

    private Turn turn(Side side, int callers, Duration length) throws InterruptedException, ExecutionException {
        long scripts = store.scripts();
        double cpu = serverMicros();
        Load.Result load = Load.run(callers, length, side.operation());
        double operations = load.latencies().getTotalCount();
        return new Turn(load, (store.scripts() - scripts) / operations, (serverMicros() - cpu) / operations);
    }

    /** Of its main thread, which is the one that answers. */
    private double serverMicros() {
        return 1e6
                * server.command("INFO", "cpu")
                        .lines()
                        .filter(line -> line.startsWith("used_cpu_user_main_thread:")
                                || line.startsWith("used_cpu_sys_main_thread:"))
                        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
                        .sum();
    }

    private static void print(String name, List<Turn> mine, List<Turn> first) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < mine.size(); round++) {
            ratios.add(
                    mine.get(round).load().perSecond() / first.get(round).load().perSecond());
        }
        System.out.printf(
                "| %s | %,.0f | %.2f | %.2f | %.2f | %.2f | %.1f |%n",
                name,
                Quantiles.median(
                        mine.stream().map(turn -> turn.load().perSecond()).toList()),
                Quantiles.median(ratios),
                Quantiles.median(
                        mine.stream().map(turn -> turn.load().p50Millis()).toList()),
                Quantiles.median(
                        mine.stream().map(turn -> turn.load().p99Millis()).toList()),
                Quantiles.median(mine.stream().map(Turn::scripts).toList()),
                Quantiles.median(mine.stream().map(Turn::serverMicros).toList()));
    }
}
