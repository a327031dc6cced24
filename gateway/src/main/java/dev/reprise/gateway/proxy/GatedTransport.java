package dev.reprise.gateway.proxy;

import io.netty.bootstrap.ServerBootstrap;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.transport.Transport;

/** Java's own sockets, with a gate in front of every listener. */
public final class GatedTransport extends NioTransport {
    private final ConnectionGate gate;

    private GatedTransport(ConnectionGate gate) {
        this.gate = gate;
    }

    /** A transport with that gate. */
    public static Transport behind(ConnectionGate gate) {
        return new TransportInternal("nio", true, null, new GatedTransport(gate));
    }

    @Override
    public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
        super.configure(config, domainSocket, bootstrap);
        bootstrap.handler(gate);
    }
}
