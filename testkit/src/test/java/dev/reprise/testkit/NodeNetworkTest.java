package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Three programs say which of the others they reach, while they are cut off from each other. */
class NodeNetworkTest {
    private static final int SERVERS = 3;
    private static final int PORT = 9000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void servers_hear_those_from_whom_they_are_not_cut_off_and_clients_reach_all() throws IOException {
        NodeNetwork.unavailable().ifPresent(Assumptions::abort);
        try (ChildProcess program =
                NodeNetwork.program(Cuts.class, List.of("-XX:TieredStopAtLevel=1", "-Xmx64m"), List.of())) {
            assertThat(program.awaitExit(LIMIT))
                    .as(() -> String.join("\n", program.output()))
                    .isZero();
            assertThat(program.output())
                    .containsExactly(
                            "whole: 1-23 2-13 3-12, clients reach 123",
                            "without 2: 1-3 2- 3-1, clients reach 123",
                            "whole: 1-23 2-13 3-12, clients reach 123",
                            "1 and 3 parted: 1-2 2-13 3-2, clients reach 123",
                            "whole: 1-23 2-13 3-12, clients reach 123");
        }
    }

    @Test
    void the_network_of_the_machine_is_left_alone() {
        Assumptions.assumeTrue(hasNetwork(), "this machine has no network");
        assertThatThrownBy(() -> NodeNetwork.make(1)).isInstanceOf(IllegalStateException.class);
    }

    private static boolean hasNetwork() {
        try {
            return java.net.NetworkInterface.networkInterfaces().count() > 1;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether somebody listens there. */
    private static boolean reaches(String address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, PORT), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Makes the cuts. */
    static final class Cuts {
        private final NodeNetwork network = NodeNetwork.make(SERVERS);

        public static void main(String[] arguments) throws Exception {
            Cuts cuts = new Cuts();
            List<ChildProcess> servers = new ArrayList<>();
            for (int server = 1; server <= SERVERS; server++) {
                ChildProcess listening = ChildProcess.start(
                        cuts.network.command(server, ChildProcess.javaCommand(Listener.class, List.of(), List.of())));
                listening.awaitLine("listens"::equals, LIMIT);
                servers.add(listening);
            }
            cuts.print("whole");
            cuts.network.isolate(2);
            cuts.print("without 2");
            cuts.network.heal();
            cuts.print("whole");
            cuts.network.part(1, 3);
            cuts.print("1 and 3 parted");
            cuts.network.heal();
            cuts.print("whole");
            servers.forEach(ChildProcess::close);
            cuts.network.close();
            System.exit(0);
        }

        private void print(String name) throws IOException {
            StringBuilder line = new StringBuilder(name).append(':');
            for (int server = 1; server <= SERVERS; server++) {
                try (ChildProcess asking = ChildProcess.start(network.command(
                        server,
                        ChildProcess.javaCommand(
                                Asker.class,
                                List.of(),
                                List.of(network.address(1), network.address(2), network.address(3)))))) {
                    assertThat(asking.awaitExit(LIMIT)).isZero();
                    line.append(' ').append(server).append('-');
                    line.append(asking.output().getFirst().replace(Integer.toString(server), ""));
                }
            }
            line.append(", clients reach ");
            for (int server = 1; server <= SERVERS; server++) {
                line.append(reaches(network.clientAddress(server)) ? server : "");
            }
            System.out.println(line);
        }
    }

    /** A server. */
    static final class Listener {
        public static void main(String[] arguments) throws IOException {
            try (ServerSocket socket = new ServerSocket(PORT)) {
                System.out.println("listens");
                while (true) {
                    socket.accept().close();
                }
            }
        }
    }

    /** Prints which servers it reaches. */
    static final class Asker {
        public static void main(String[] addresses) {
            StringBuilder reached = new StringBuilder();
            for (int i = 0; i < addresses.length; i++) {
                reached.append(reaches(addresses[i]) ? i + 1 : "");
            }
            System.out.println(reached);
        }
    }
}
