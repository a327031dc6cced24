package dev.reprise.conformance.check;

import dev.reprise.conformance.wire.WireResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * What tells the answers to two executions apart, as far as some ordinary ones have shown it: members of a JSON body, the
 * whole body, or {@code Location}. Each is looked at alone, so that a replay which lacks one is not taken for another
 * execution.
 *
 * @param pointers JSON Pointers to what was another value in each answer
 * @param body whether the bodies differ and are no JSON
 * @param location whether Location differs
 * @param varied whether the operations had different bodies, of which something may come back in the answers
 */
record Identity(List<String> pointers, boolean body, boolean location, boolean varied) {
    /** Nothing: executions cannot be told apart. */
    static final Identity NONE = new Identity(List.of(), false, false, false);

    Identity {
        pointers = List.copyOf(pointers);
    }

    /**
     * What differs between all of these.
     *
     * @param answers one for each execution
     * @param bodies what was sent for each of them
     */
    static Identity of(List<WireResponse> answers, List<String> bodies) {
        List<Map<String, String>> leaves =
                answers.stream().map(Identity::leaves).toList();
        List<String> pointers = leaves.getFirst().keySet().stream()
                .filter(pointer -> leaves.stream().allMatch(each -> each.containsKey(pointer)))
                .filter(pointer -> areDistinct(leaves.stream()
                        .map(each -> String.valueOf(each.get(pointer)))
                        .toList()))
                .filter(pointer -> !isEcho(pointer, leaves, bodies))
                .sorted()
                .toList();
        boolean json = leaves.stream().noneMatch(Map::isEmpty);
        return new Identity(
                pointers,
                !json && areDistinct(answers.stream().map(WireResponse::body).toList()),
                answers.stream().allMatch(answer -> answer.first("Location").isPresent())
                        && areDistinct(answers.stream()
                                .map(answer -> answer.first("Location").orElse(""))
                                .toList()),
                bodies.stream().distinct().count() > 1);
    }

    /** Whether it is a number that was sent. */
    private static boolean isEcho(String pointer, List<Map<String, String>> leaves, List<String> bodies) {
        return IntStream.range(0, bodies.size()).allMatch(i -> {
            String value = String.valueOf(leaves.get(i).get(pointer)).replace("\"", "");
            return Pattern.compile("\\b" + Pattern.quote(value) + "\\b")
                    .matcher(bodies.get(i))
                    .find();
        });
    }

    boolean isNothing() {
        return pointers.isEmpty() && !body && !location;
    }

    /** Whether both answers come from one execution; empty if they do not say so. */
    Optional<Boolean> isShared(WireResponse one, WireResponse other) {
        Map<String, String> first = leaves(one);
        Map<String, String> second = leaves(other);
        List<String> both = pointers.stream()
                .filter(pointer -> first.containsKey(pointer) && second.containsKey(pointer))
                .toList();
        if (!both.isEmpty()) {
            long equal = both.stream()
                    .filter(pointer -> String.valueOf(first.get(pointer)).equals(second.get(pointer)))
                    .count();
            // One is enough where all bodies are the same: others may be made for each exchange, such as a time.
            return varied && equal > 0 && equal < both.size() ? Optional.empty() : Optional.of(equal > 0);
        }
        if (body) {
            return Optional.of(one.body().equals(other.body()));
        }
        Optional<String> place = one.first("Location");
        Optional<String> otherPlace = other.first("Location");
        return location && place.isPresent() && otherPlace.isPresent()
                ? Optional.of(place.equals(otherPlace))
                : Optional.empty();
    }

    /** For a report: by what executions are told apart. */
    String words() {
        if (!pointers.isEmpty()) {
            return "what is at " + pointers.stream().limit(3).collect(Collectors.joining(", "));
        }
        return body ? "the body" : location ? "Location" : "nothing";
    }

    private static boolean areDistinct(List<String> values) {
        return new HashSet<>(values).size() == values.size();
    }

    /** The values in a JSON document, by their pointers; none if it is no JSON. */
    private static Map<String, String> leaves(WireResponse response) {
        Map<String, String> leaves = new HashMap<>();
        List<Place> open = new ArrayList<>(List.of(new Place("", Problems.json(response))));
        while (!open.isEmpty()) {
            Place next = open.removeLast();
            JsonNode node = next.node();
            if (node.isObject()) {
                node.properties()
                        .forEach(member -> open.add(new Place(
                                next.pointer() + "/"
                                        + member.getKey().replace("~", "~0").replace("/", "~1"),
                                member.getValue())));
            } else if (node.isArray()) {
                for (int i = 0; i < node.size(); i++) {
                    open.add(new Place(next.pointer() + "/" + i, node.get(i)));
                }
            } else if (!node.isMissingNode()) {
                leaves.put(next.pointer(), node.toString());
            }
        }
        return leaves;
    }

    private record Place(String pointer, JsonNode node) {}
}
