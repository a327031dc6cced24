package dev.reprise.outbox;

import java.net.http.HttpClient;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * A node that sends what it takes, and from the fifth connection on never gets to say so: it prints "holding" and waits to
 * be killed. Argument: the address of the database.
 */
final class HoldingNode {
    private HoldingNode() {}

    public static void main(String[] arguments) {
        ConnectionSource database = ServerContract.at(arguments[0]);
        AtomicInteger opened = new AtomicInteger();
        Outbox outbox = Outbox.in(() -> {
            if (opened.incrementAndGet() >= 5) {
                System.out.println("holding");
                hold();
            }
            return database.open();
        });
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        NodesContract.node(outbox, client, UnaryOperator.identity()).start();
        hold();
    }

    private static void hold() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
