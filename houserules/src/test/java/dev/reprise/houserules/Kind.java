package dev.reprise.houserules;

import java.util.List;
import java.util.Set;

/** What a module is to the others, and therefore what it may use. Its own classes are always allowed. */
enum Kind {
    /** The engine and all it needs: it must fit on every class path. */
    CORE,
    /** What tests are made of; it comes with JUnit and AssertJ. */
    TESTKIT,
    /** A store or an adapter: on a class path alone with core. */
    EXTENSION,
    /** The console, which knows no server. On a class path alone with core. */
    CONSOLE,
    /** What mounts the console in a server, or lets people in: on a class path alone with both. */
    CONSOLE_EXTENSION,
    /** What puts stores and adapters together for the applications of one framework. */
    STARTER,
    /** The client, which a caller uses without our server side. */
    CLIENT,
    /** What builds on the client: adapters, the outbox, the simulation. On a class path alone with it. */
    CLIENT_EXTENSION,
    /** What joins the two sides: on a class path with core, and with what builds on the client. */
    BRIDGE,
    /** The conformance checker: it judges from outside, so it must not be able to see the engine. */
    CONFORMANCE,
    /** The product that composes the others. It ships, so it does without the test kit. */
    GATEWAY,
    /** Benchmarks and examples: programs that nobody depends on. */
    PROGRAM;

    boolean mayUse(Kind other) {
        return switch (this) {
            case CORE, CLIENT, CONFORMANCE -> false;
            case TESTKIT, EXTENSION, CONSOLE -> other == CORE;
            case CONSOLE_EXTENSION -> other == CORE || other == CONSOLE;
            case STARTER ->
                Set.of(CORE, EXTENSION, CONSOLE, CONSOLE_EXTENSION, CLIENT, CLIENT_EXTENSION, BRIDGE)
                        .contains(other);
            case CLIENT_EXTENSION -> other == CLIENT;
            case BRIDGE -> other == CORE || other == CLIENT || other == CLIENT_EXTENSION;
            case GATEWAY -> other != TESTKIT && other != PROGRAM;
            case PROGRAM -> other != PROGRAM;
        };
    }

    /** The packages outside of Reprise that it may use; empty for no restriction. */
    List<String> libraries() {
        return switch (this) {
            // Packages of the JDK are outside of java, too.
            case CORE -> List.of("java", "javax.crypto", "org.jspecify");
            case CLIENT -> List.of("java", "javax.net.ssl", "org.jspecify");
            // Archives: the real servers are unpacked.
            case TESTKIT ->
                List.of(
                        "java",
                        "org.jspecify",
                        "org.junit",
                        "org.assertj",
                        "org.apache.commons.compress",
                        "org.tukaani.xz");
            case EXTENSION,
                    CONSOLE,
                    CONSOLE_EXTENSION,
                    STARTER,
                    CLIENT_EXTENSION,
                    BRIDGE,
                    CONFORMANCE,
                    GATEWAY,
                    PROGRAM -> List.of();
        };
    }
}
