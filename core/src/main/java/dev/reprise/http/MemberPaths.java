package dev.reprise.http;

import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Ways that lead from a JSON value to members in it: JSON Pointers (RFC 6901) in which {@code *} stands for each element of an
 * array. In an object it is a name like any other.
 *
 * @param ways the names that are left of each
 */
record MemberPaths(List<List<String>> ways) {
    /** They lead nowhere. */
    static final MemberPaths NONE = new MemberPaths(List.of());

    private static final String EACH = "*";
    private static final Pattern POINTER = Pattern.compile("(?:/(?:[^/~]++|~[01])*+)++");

    static MemberPaths of(Collection<String> pointers) {
        return new MemberPaths(pointers.stream().map(Json::names).toList());
    }

    /** To one member of the outermost object. */
    static MemberPaths ofMember(String name) {
        return new MemberPaths(List.of(List.of(name)));
    }

    /** @throws IllegalArgumentException if the text leads to no member of anything */
    static void requirePointer(String text) {
        if (!POINTER.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "A member is named by a JSON Pointer, as in /card/number, and not by " + text);
        }
    }

    boolean isEmpty() {
        return ways.isEmpty();
    }

    /** Whether one of them has come to its end. */
    boolean endHere() {
        return !isEmpty() && ways.stream().anyMatch(List::isEmpty);
    }

    /** What is left of them behind a member of an object. */
    MemberPaths member(String name) {
        return behind(name::equals);
    }

    /** What is left of them behind an element of an array. */
    MemberPaths element(int index) {
        return behind(step -> step.equals(EACH) || step.equals(Integer.toString(index)));
    }

    private MemberPaths behind(Predicate<String> step) {
        return isEmpty()
                ? NONE
                : new MemberPaths(ways.stream()
                        .filter(way -> !way.isEmpty() && step.test(way.getFirst()))
                        .map(way -> way.subList(1, way.size()))
                        .toList());
    }
}
