package dev.reprise.conformance.wire;

import java.io.IOException;
import java.net.Socket;

/** Ends sockets whose fate interests nobody any more. */
final class Sockets {
    private Sockets() {}

    static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
    }

    static void resetQuietly(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // It is closed already.
        }
        closeQuietly(socket);
    }
}
