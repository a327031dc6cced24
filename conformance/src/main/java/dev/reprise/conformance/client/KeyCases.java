package dev.reprise.conformance.client;

import dev.reprise.conformance.Level;
import dev.reprise.conformance.Source;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.Verdict.Fail;
import dev.reprise.conformance.Verdict.NotObservable;
import dev.reprise.conformance.Verdict.Pass;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One key and one request for each operation (C1). */
final class KeyCases {
    private static final String NEVER_AGAIN = "No operation was tried twice";

    /** Fields of a message or of an attempt, which a retry need not have. */
    private static final Set<String> OF_ONE_ATTEMPT = Set.of(
            "connection",
            "content-length",
            "date",
            "expect",
            "http2-settings",
            "keep-alive",
            "traceparent",
            "tracestate",
            "transfer-encoding",
            "upgrade",
            "x-request-id",
            "x-stripe-client-telemetry");

    private KeyCases() {}

    static List<ClientCase> cases() {
        return List.of(
                must(
                        "key",
                        "Every operation has a key",
                        "Every attempt of an operation carries a key; without one a retry may execute twice.",
                        Source.draft("2.5"),
                        KeyCases::key),
                must(
                        "kept",
                        "All attempts of an operation have the same key",
                        "The key of the first attempt comes with every retry: a new one is a new operation.",
                        Source.draft("2"),
                        runs -> same(runs, request -> request.key().orElse(""), "its key")),
                must(
                        "bytes",
                        "All attempts of an operation have the same body",
                        "The body comes again byte by byte; the same key with another body is refused.",
                        Source.draft("2.2"),
                        runs -> same(runs, RecordedRequest::body, "its body")),
                must(
                        "new",
                        "A new operation has a new key",
                        "No key of one operation is used for the next one, however the first one ended.",
                        Source.draft("2.2"),
                        KeyCases::newKey),
                new ClientCase(
                        "C1",
                        "request",
                        Level.OURS,
                        "A retry is the whole request",
                        "Method, address, credentials and all other fields come again; what was set for the request is"
                                + " not dropped.",
                        List.of(Source.ours("C1")),
                        Set.of(),
                        KeyCases::whole));
    }

    private static ClientCase must(String word, String title, String expected, Source source, ClientCase.Judge judge) {
        return new ClientCase("C1", word, Level.MUST, title, expected, List.of(source), Set.of(), judge);
    }

    private static Verdict key(List<Recording> runs) {
        return runs.stream()
                .filter(run -> run.requests().stream()
                        .anyMatch(request -> request.key().isEmpty()))
                .findFirst()
                .<Verdict>map(run -> new Fail(
                        "A request came without a key, when " + run.scenario().words()))
                .orElseGet(Pass::new);
    }

    private static Verdict same(List<Recording> runs, Function<RecordedRequest, String> part, String name) {
        boolean again = false;
        for (Recording run : runs) {
            for (List<RecordedRequest> attempts : run.operations().toList()) {
                again = again || attempts.size() > 1;
                if (attempts.stream().map(part).distinct().count() > 1) {
                    return new Fail("A retry changed " + name + ", when "
                            + run.scenario().words());
                }
            }
        }
        return again ? new Pass() : new NotObservable(NEVER_AGAIN);
    }

    private static Verdict newKey(List<Recording> runs) {
        boolean both = false;
        for (Recording run : runs) {
            Set<String> first = keys(run.attempts(1));
            Set<String> second = keys(run.attempts(2));
            both = both || (!first.isEmpty() && !second.isEmpty());
            if (second.stream().anyMatch(first::contains)) {
                return new Fail("The second operation came with the key of the first one, when "
                        + run.scenario().words());
            }
        }
        return both
                ? new Pass()
                : new NotObservable(
                        "No request with a key carries " + ClientProgram.SECOND + ", so there was one operation only");
    }

    private static Set<String> keys(List<RecordedRequest> attempts) {
        return attempts.stream()
                .map(RecordedRequest::key)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }

    private static Verdict whole(List<Recording> runs) {
        boolean again = false;
        Set<String> lost = new TreeSet<>();
        for (Recording run : runs) {
            for (List<RecordedRequest> attempts : run.operations().toList()) {
                RecordedRequest first = attempts.getFirst();
                for (RecordedRequest retry : attempts.subList(1, attempts.size())) {
                    again = true;
                    lost.addAll(differences(first, retry));
                }
            }
        }
        if (!lost.isEmpty()) {
            return new Fail("A retry came with another " + String.join(", ", lost) + ", or without it");
        }
        return again ? new Pass() : new NotObservable(NEVER_AGAIN);
    }

    private static Set<String> differences(RecordedRequest first, RecordedRequest retry) {
        Set<String> names = new TreeSet<>();
        if (!first.method().equals(retry.method())) {
            names.add("method");
        }
        if (!first.target().equals(retry.target())) {
            names.add("address");
        }
        first.fields().stream()
                .map(field -> field.name().toLowerCase(Locale.ROOT))
                .filter(name -> !OF_ONE_ATTEMPT.contains(name))
                .filter(name ->
                        retry.field(name).isEmpty() && !first.field(name).isEmpty())
                .forEach(names::add);
        for (String name : List.of("authorization", "content-type", "content-encoding")) {
            if (!first.field(name).equals(retry.field(name))) {
                names.add(name);
            }
        }
        return names;
    }
}
