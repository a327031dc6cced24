package dev.reprise.spring.boot;

import java.util.Set;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;

/**
 * A handler method as Spring maps requests to it, in either of its two stacks.
 *
 * @param methods of requests; none means all
 * @param patterns of paths
 */
record Mapping(HandlerMethod handler, Set<RequestMethod> methods, Set<String> patterns) {
    /** The first path pattern in the order of the alphabet. */
    String firstPattern() {
        return patterns.stream().sorted().findFirst().orElse("/");
    }
}
