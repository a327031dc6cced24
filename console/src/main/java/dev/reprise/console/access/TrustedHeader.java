package dev.reprise.console.access;

import dev.reprise.console.text.FieldName;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A field in which a proxy in front names the user whom it has authenticated.
 *
 * @param name the field
 * @param proxies the addresses of the proxies that are believed
 * @param operators the users who may change something; all others only see
 */
public record TrustedHeader(String name, Set<String> proxies, Set<String> operators) {
    /** @throws IllegalArgumentException if the field has no name, no proxy is named, or an address is none */
    public TrustedHeader {
        FieldName.check(name);
        if (proxies.isEmpty()) {
            throw new IllegalArgumentException("say from which addresses the field " + name + " is believed");
        }
        proxies = proxies.stream().map(TrustedHeader::address).collect(Collectors.toUnmodifiableSet());
        operators = Set.copyOf(operators);
    }

    /** Whether what this address says is believed. */
    public boolean believes(String remote) {
        return proxies.contains(address(remote));
    }

    /** The user of that name; empty if it is not a name. */
    public Optional<ConsoleUser> user(String value) {
        try {
            return Optional.of(new ConsoleUser(value, operators.contains(value) ? Role.OPERATOR : Role.VIEWER));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** One spelling for each address; names are not looked up. */
    private static String address(String text) {
        if (!text.matches("[0-9a-fA-F:.]+")) {
            throw new IllegalArgumentException('"' + text + "\" is not an IP address");
        }
        try {
            return InetAddress.getByName(text).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException('"' + text + "\" is not an IP address", e);
        }
    }
}
