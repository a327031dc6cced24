package dev.reprise.benchmarks;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load generator wrk, which posts with keys. */
final class Wrk {
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");

    private final Path program = Processes.installed("wrk", "apt-get install wrk");
    private final int connections;

    Wrk(int connections) {
        this.connections = connections;
    }

    /**
     * What a run measured.
     *
     * @param requests how many were answered
     * @param p50Millis the median latency
     * @param p99Millis the latency that one in a hundred exceeds
     */
    record Result(double perSecond, double requests, double p50Millis, double p99Millis) {}

    /**
     * A script that posts a body with a key each.
     *
     * @param body an expression of Lua
     * @param key an expression of Lua, which may use {@code n}, the number of the request, and {@code prefix}, new in each run
     */
    static Path script(Path folder, String name, String body, String key) throws IOException {
        return Files.writeString(folder.resolve(name), """
                local n = 0
                local body = %s
                local prefix
                function init(args)
                  math.randomseed(os.time())
                  prefix = os.time() .. "-" .. math.random(1000000000) .. "-"
                end
                function request()
                  n = n + 1
                  local fields = {["Content-Type"] = "application/json"}
                  fields["Idempotency-Key"] = %s
                  return wrk.format("POST", nil, fields, body)
                end
                """.formatted(body, key));
    }

    /** Runs it, and fails if there was an answer that is no success. */
    Result run(Path script, String url, int seconds) throws IOException, InterruptedException {
        String output = Processes.run(
                program.toString(),
                "-t1",
                "-c" + connections,
                "-d" + seconds + "s",
                "--latency",
                "-s",
                script.toString(),
                url);
        if (output.contains("Non-2xx") || output.contains("Socket errors")) {
            throw new IllegalStateException(url + " went wrong:\n" + output);
        }
        return new Result(
                Double.parseDouble(found(RATE, output).group(1)),
                Double.parseDouble(found(REQUESTS, output).group(1)),
                millis("50%", output),
                millis("99%", output));
    }

    private static double millis(String quantile, String output) {
        Matcher found = found(Pattern.compile(quantile + "\\s+([\\d.]+)(us|ms|s)"), output);
        double value = Double.parseDouble(found.group(1));
        return switch (found.group(2)) {
            case "us" -> value / 1000;
            case "ms" -> value;
            default -> value * 1000;
        };
    }

    private static Matcher found(Pattern pattern, String output) {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new IllegalStateException("wrk printed something else:\n" + output);
        }
        return matcher;
    }

    /** A port that nobody listens on. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
