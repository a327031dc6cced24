package dev.reprise.conformance.client;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** All cases about clients. */
final class ClientCases {
    private ClientCases() {}

    static List<ClientCase> all() {
        return Stream.of(KeyCases.cases(), RetryCases.cases(), WaitCases.cases())
                .flatMap(List::stream)
                .sorted(Comparator.comparing(ClientCase::rule))
                .toList();
    }
}
