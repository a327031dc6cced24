package dev.reprise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network of a test's own: servers with an address each, which can be cut off from each other while clients still reach all of
 * them. A server that is cut off sees nothing come, and nothing of what it sends arrives; no connection is closed. Thread-safe.
 *
 * <p>It exists in a program that {@link #program} has started, in a network namespace of its own, so no root rights are needed, nothing
 * else on the machine changes, and nothing is left behind. Linux only.
 *
 * <p>Two bridges: servers speak to each other on 10.77.0.0/24, and with clients on 10.78.0.0/24. Each server has a namespace with an
 * end in both. What is cut is the first one.
 */
public final class NodeNetwork implements AutoCloseable {
    private static final String SERVERS = "10.77.0.";
    private static final String CLIENTS = "10.78.0.";
    private static final int OWN = 254;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final List<ChildProcess> holders = new ArrayList<>();

    private NodeNetwork() {}

    /** Why no network can be made here; empty if one can. */
    public static Optional<String> unavailable() {
        try {
            ServerFiles.run(List.of(
                    "unshare",
                    "-rn",
                    "sh",
                    "-c",
                    "ip link add name bridge0 type bridge && ip link add name end1 type veth peer name end2 && ip link set end1 master bridge0"
                            + " && ip link set end1 type bridge_slave isolated on"));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("this machine lets nobody make a network of their own");
        }
    }

    /**
     * Starts a Java program that may {@link #make} a network. It should end when its standard input does.
     *
     * @see ChildProcess#java
     */
    public static ChildProcess program(Class<?> main, List<String> options, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("unshare", "-rn"));
        command.addAll(ChildProcess.javaCommand(main, options, arguments));
        return ChildProcess.start(command);
    }

    /**
     * Makes a network for that many servers, within a program that was started for it.
     *
     * @throws IllegalStateException if the program has another network than its own, which is left alone
     */
    public static NodeNetwork make(int servers) {
        NodeNetwork network = new NodeNetwork();
        try {
            run("ip link set lo up");
            if (NetworkInterface.networkInterfaces().count() > 1) {
                throw new IllegalStateException("Only a program that NodeNetwork.program started may make a network");
            }
            bridge("servers", SERVERS);
            bridge("clients", CLIENTS);
            for (int number = 1; number <= servers; number++) {
                network.join(number);
            }
            return network;
        } catch (IOException e) {
            network.close();
            throw new UncheckedIOException(e);
        }
    }

    private static void bridge(String name, String addresses) throws IOException {
        run("ip link add name " + name + " type bridge");
        run("ip address add " + addresses + OWN + "/24 dev " + name);
        run("ip link set " + name + " up");
    }

    private void join(int number) throws IOException {
        ChildProcess holder = ChildProcess.start(
                List.of("unshare", "-n", "sh", "-c", "ip link set lo up && echo made && exec sleep 1d"));
        holders.add(holder);
        holder.awaitLine("made"::equals, LIMIT);
        connect(number, holder.pid(), "servers", SERVERS);
        connect(number, holder.pid(), "clients", CLIENTS);
    }

    private static void connect(int number, long holder, String bridge, String addresses) throws IOException {
        run("ip link add name " + port(bridge, number) + " type veth peer name " + bridge + " netns " + holder);
        run("ip link set " + port(bridge, number) + " master " + bridge + " up");
        String inside = "nsenter -t " + holder + " -n ip ";
        run(inside + "address add " + addresses + number + "/24 dev " + bridge);
        run(inside + "link set " + bridge + " up");
    }

    /** The end of a server's cable at the bridge. */
    private static String port(String bridge, int number) {
        return bridge + number;
    }

    private static void run(String command) throws IOException {
        ServerFiles.run(List.of(command.split(" ")));
    }

    private static void change(String command) {
        try {
            run(command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the other servers reach a server, counted from 1. */
    public String address(int server) {
        return SERVERS + server;
    }

    /** Where clients reach it. */
    public String clientAddress(int server) {
        return CLIENTS + server;
    }

    /** What starts a program where a server is. */
    List<String> command(int server, List<String> command) {
        List<String> inside = new ArrayList<>(
                List.of("nsenter", "-t", Long.toString(holders.get(server - 1).pid()), "-n", "--"));
        inside.addAll(command);
        return inside;
    }

    /** Cuts a server off from all others. */
    public void isolate(int server) {
        change("ip link set " + port("servers", server) + " nomaster");
    }

    /** Cuts two servers off from each other; a third one still hears both. */
    public void part(int one, int other) {
        for (int server : new int[] {one, other}) {
            change("ip link set " + port("servers", server) + " type bridge_slave isolated on");
        }
    }

    /** All hear all again. */
    public void heal() {
        for (int server = 1; server <= holders.size(); server++) {
            change("ip link set " + port("servers", server) + " master servers");
            change("ip link set " + port("servers", server) + " type bridge_slave isolated off");
        }
    }

    @Override
    public void close() {
        holders.forEach(ChildProcess::close);
    }
}
