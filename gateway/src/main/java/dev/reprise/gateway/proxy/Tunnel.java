package dev.reprise.gateway.proxy;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;

/** A connection that has switched protocols: bytes go both ways, no faster than the other side takes them. */
final class Tunnel {
    private Tunnel() {}

    /**
     * Switches the caller's connection with the response that is prepared, and connects both.
     *
     * @param service the connection of the service, which has switched already
     */
    static void open(HttpServerRequest caller, NetSocket service) {
        service.pause();
        caller.toNetSocket()
                .onSuccess(socket -> {
                    // Each ends the other, after what is still to be written.
                    socket.pipeTo(service);
                    service.pipeTo(socket);
                })
                .onFailure(failure -> service.close());
    }
}
