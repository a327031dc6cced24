package dev.reprise.gateway.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The address of a database with several servers: {@code scheme://user:password@host:port,host:port/path?name=value#fragment}.
 *
 * @param scheme in lower case
 * @param userInfo with its {@code @}; empty if there is none
 * @param hosts with their ports, if they have one
 * @param path without its first slash
 * @param parameters behind the question mark
 * @param fragment with its {@code #}; empty if there is none
 */
public record DatabaseUrl(
        String scheme,
        String userInfo,
        List<String> hosts,
        String path,
        Map<String, String> parameters,
        String fragment) {
    /** Copies what can be changed. */
    public DatabaseUrl {
        hosts = List.copyOf(hosts);
        parameters = new LinkedHashMap<>(parameters);
    }

    /**
     * An address as people write it.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static DatabaseUrl of(String url) {
        int colon = url.indexOf("://");
        if (colon < 1) {
            throw new IllegalArgumentException("The address of a database begins with its scheme and ://");
        }
        int hash = url.indexOf('#') < 0 ? url.length() : url.indexOf('#');
        String[] parts = url.substring(colon + 3, hash).split("\\?", 2);
        String[] place = parts[0].split("/", 2);
        int at = place[0].lastIndexOf('@');
        List<String> hosts = List.of(place[0].substring(at + 1).split(","));
        if (hosts.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("The address of the database names no server, or an empty one");
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : parts.length == 1 ? new String[0] : parts[1].split("&")) {
            String[] pair = parameter.split("=", 2);
            parameters.put(pair[0], pair.length == 1 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        return new DatabaseUrl(
                url.substring(0, colon),
                place[0].substring(0, at + 1),
                hosts,
                place.length == 1 ? "" : place[1],
                parameters,
                url.substring(hash));
    }

    /** A parameter, if it is there. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** The same address without some of its parameters. */
    public String withoutParameters(String... names) {
        Set<String> left = Set.copyOf(Arrays.asList(names));
        String query = parameters.entrySet().stream()
                .filter(parameter -> !left.contains(parameter.getKey()))
                .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                .collect(Collectors.joining("&"));
        return scheme + "://" + userInfo + String.join(",", hosts) + (path.isEmpty() ? "" : "/" + path)
                + (query.isEmpty() ? "" : "?" + query) + fragment;
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
        return scheme + "://" + String.join(",", hosts) + (path.isEmpty() ? "" : "/" + path);
    }
}
