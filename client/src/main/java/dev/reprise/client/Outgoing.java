package dev.reprise.client;

import java.net.URI;
import java.util.Optional;
import java.util.function.Function;

/**
 * A request as its caller made it.
 *
 * @param method its method
 * @param uri where it goes
 * @param fields the first value of one of its fields, by name
 * @param repeatable whether its body can be sent more than once, the same bytes each time (C1)
 */
public record Outgoing(String method, URI uri, Function<String, Optional<String>> fields, boolean repeatable) {}
