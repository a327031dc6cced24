package dev.reprise.testkit.broken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.reprise.testkit.FullProof;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The contract is worth what it catches: each store that is broken on purpose fails the test that its flaw names. With
 * {@code -Dreprise.proof=full} it is put through the whole contract, and what else notices the flaw is printed.
 */
class BrokenStoresTest {
    static final Flaw NONE = new Flaw("is right", "", FlawedStore::new);

    static List<Flaw> flaws() {
        return Stream.of(
                        OwnershipFlaws.all(),
                        EndingFlaws.all(),
                        WithdrawalFlaws.all(),
                        ContentFlaws.all(),
                        ViewFlaws.all())
                .flatMap(List::stream)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("flaws")
    void is_caught(Flaw flaw) {
        Map<String, Throwable> failures = failures(flaw, name -> FullProof.WANTED || name.equals(flaw.caughtBy()));

        assertThat(failures).as("tests that fail when a store " + flaw.what()).containsKey(flaw.caughtBy());
        assertThat(failures.values())
                .as("failures that name the calls")
                .allSatisfy(failure -> assertThat(failure.getSuppressed()).isNotEmpty());
        if (FullProof.WANTED) {
            System.out.println("| " + flaw.what() + " | " + String.join(", ", failures.keySet()) + " |");
        }
    }

    @Test
    void the_store_that_they_are_made_of_is_right() {
        assertThat(failures(NONE, name -> true)).isEmpty();
    }

    /** The tests of the contract that fail, and how. */
    private static Map<String, Throwable> failures(Flaw flaw, Predicate<String> wanted) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(FlawContract.class))
                .filters((PostDiscoveryFilter) test -> FilterResult.includedIf(
                        !test.isTest() || wanted.test(test.getDisplayName().replace("()", ""))))
                .configurationParameter(FlawContract.FLAW, flaw.what())
                .build();
        Failures failures = new Failures();
        LauncherFactory.create().execute(request, failures);
        return failures.byTest;
    }

    private static final class Failures implements TestExecutionListener {
        private final Map<String, Throwable> byTest = new LinkedHashMap<>();

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            @Nullable Throwable failure = result.getThrowable().orElse(null);
            if (result.getStatus() == Status.FAILED && failure != null) {
                byTest.put(test.getDisplayName().replace("()", ""), failure);
            }
        }
    }
}
