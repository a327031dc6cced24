package dev.reprise.examples.payments.demo;

import dev.reprise.examples.payments.Midway;
import dev.reprise.testkit.TcpFaultProxy;
import java.net.URI;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** A network in front of the application, whose next connections can be broken. Thread-safe. */
@Component
class Network implements AutoCloseable {
    /** So that a retry is not all that is needed. */
    private static final int TIMES = 2;

    private final Midway midway;
    private volatile TcpFaultProxy proxy;

    @SuppressWarnings("NullAway.Init")
    Network(Midway midway) {
        this.midway = midway;
    }

    @EventListener
    void started(WebServerInitializedEvent started) {
        if (proxy == null) {
            proxy = new TcpFaultProxy(started.getWebServer().getPort());
        }
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + proxy.port());
    }

    /** Breaks what comes next. */
    void breaks(Trial.Failure failure) {
        midway.dies(failure == Trial.Failure.DIES_MIDWAY ? TIMES : 0);
        for (int i = 0; i < TIMES; i++) {
            switch (failure) {
                case REQUEST_LOST -> proxy.next(TcpFaultProxy.Plan.CUT_BEFORE_REQUEST);
                case ANSWER_LOST -> proxy.next(TcpFaultProxy.Plan.CUT_BEFORE_RESPONSE);
                case NONE, DIES_MIDWAY -> {}
            }
        }
    }

    @Override
    public void close() {
        if (proxy != null) {
            proxy.close();
        }
    }
}
