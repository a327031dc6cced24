package dev.reprise.conformance.client;

import dev.reprise.conformance.CaseResult;
import dev.reprise.conformance.Report;
import dev.reprise.conformance.Verdict;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks how a client retries: a server on loopback fails by script, and what the client sends is judged by the client
 * rules of {@code docs/semantics.md}. Immutable; one run at a time where the port is given.
 */
public final class ClientCheck {
    private final String name;
    private final ClientProgram program;
    private final Settings settings;

    /**
     * A check of that client.
     *
     * @param name what reports call it
     */
    public ClientCheck(String name, ClientProgram program, Settings settings) {
        this.name = name;
        this.program = program;
        this.settings = settings;
    }

    /**
     * How a client is checked.
     *
     * @param port where the server listens; 0 for any port that is free
     * @param key where the client writes its key
     * @param success the body of an answer that says that all went well: JSON that the client understands
     * @param rounds how often a server that is down is shown; twice as many waits are compared
     * @param longest how long one run of the client may take
     */
    public record Settings(int port, ClientKeyPlace key, String success, int rounds, Duration longest) {
        /** Any port, the header field of the draft, a body that fits several APIs, 6 rounds, and a minute. */
        public static final Settings DEFAULT = new Settings(
                0,
                ClientKeyPlace.HEADER,
                "{\"id\":\"op_1\",\"object\":\"charge\",\"status\":\"succeeded\"}",
                6,
                Duration.ofMinutes(1));

        /** @throws IllegalArgumentException if there is no round, or no time */
        public Settings {
            if (rounds < 1 || longest.isNegative() || longest.isZero()) {
                throw new IllegalArgumentException("A client needs one round at least, and some time");
            }
        }

        /** The same with the key at another place. */
        public Settings withKey(ClientKeyPlace other) {
            return new Settings(port, other, success, rounds, longest);
        }

        /** The same with another number of rounds. */
        public Settings withRounds(int other) {
            return new Settings(port, key, success, other, longest);
        }

        /** The same with another time for one run. */
        public Settings withLongest(Duration other) {
            return new Settings(port, key, success, rounds, other);
        }
    }

    /**
     * Runs the client once for each scenario, and judges what it sent.
     *
     * @param address gets the address of the server, before the client is started
     * @param progress gets a line before each run
     */
    public Report run(Consumer<URI> address, Consumer<String> progress) throws InterruptedException {
        Instant started = InstantSource.system().instant();
        long start = System.nanoTime();
        try (ClientServer server = new ClientServer(settings.port(), settings.key(), settings.success())) {
            address.accept(server.uri());
            List<Recording> runs = new ArrayList<>();
            List<ClientScenario> plan = plan();
            @Nullable String obstacle = null;
            for (ClientScenario scenario : plan) {
                progress.accept("Run " + (runs.size() + 1) + " of " + plan.size() + ": " + scenario.words());
                Recording run = record(server, scenario);
                runs.add(run);
                if (run.requests().isEmpty()) {
                    obstacle = "No request came in run " + runs.size() + " (" + scenario.words() + "). "
                            + run.ended().words();
                    break;
                }
            }
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            return new Report(
                    name,
                    server.uri(),
                    null,
                    started,
                    took,
                    runs.stream().mapToInt(run -> run.requests().size()).sum(),
                    obstacle,
                    null,
                    observations(runs),
                    obstacle == null ? judge(runs) : List.of());
        }
    }

    private List<ClientScenario> plan() {
        return Stream.concat(
                        Stream.of(ClientScenario.values()),
                        Collections.nCopies(settings.rounds() - 1, ClientScenario.BUSY).stream())
                .sorted()
                .toList();
    }

    private Recording record(ClientServer server, ClientScenario scenario) throws InterruptedException {
        server.begin(scenario);
        ClientProgram.Ended ended = program.run(server.uri(), settings.longest());
        return new Recording(scenario, server.requests(), ended);
    }

    private static List<String> observations(List<Recording> runs) {
        return runs.stream().flatMap(run -> run.requests().stream()).anyMatch(request -> request.operation() == 0)
                ? List.of("Some requests carry neither " + ClientProgram.FIRST + " nor " + ClientProgram.SECOND
                        + "; they count as attempts of one operation")
                : List.of();
    }

    private static List<CaseResult> judge(List<Recording> runs) {
        return ClientCases.all().stream()
                .map(one -> {
                    List<Recording> shown = one.of(runs);
                    Verdict verdict = one.judge().judge(shown);
                    return new CaseResult(
                            one.id(),
                            one.rule(),
                            one.level(),
                            one.title(),
                            one.expected(),
                            one.sources(),
                            telling(one, shown, verdict),
                            verdict,
                            Duration.ZERO);
                })
                .toList();
    }

    /** The exchanges of the first run that is judged so by itself; of all if none is. */
    private static List<CaseResult.Exchange> telling(ClientCase one, List<Recording> runs, Verdict verdict) {
        return runs.stream()
                .filter(run -> one.judge().judge(List.of(run)).label().equals(verdict.label()))
                .findFirst()
                .map(Recording::exchanges)
                .orElseGet(() ->
                        runs.stream().flatMap(run -> run.exchanges().stream()).toList());
    }
}
