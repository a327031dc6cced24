package dev.reprise.conformance.check;

import dev.reprise.conformance.Profile;
import java.util.List;
import java.util.stream.Stream;

/** All cases of a profile; one comes after those without which it cannot be judged. */
final class Cases {
    private Cases() {}

    static List<Case> of(Profile profile) {
        Stream<Case> common = Stream.of(
                        ReplayCases.cases(profile),
                        SyntaxCases.cases(profile),
                        RequirementCases.cases(profile),
                        MethodCases.cases(),
                        ConcurrencyCases.cases(profile),
                        MismatchCases.cases(profile),
                        ScopeCases.cases(),
                        OutcomeCases.cases(profile),
                        InterruptionCases.cases(),
                        RetentionCases.cases(profile),
                        ErrorCases.cases(profile),
                        CorsCases.cases(profile),
                        dialect(profile),
                        TimingCases.cases())
                .flatMap(List::stream);
        return switch (profile) {
            case IETF, STRIPE, OASIS -> common.toList();
            case ACP -> AgentCases.acp().among(common).toList();
            case ADCP -> AgentCases.adcp().among(common).toList();
        };
    }

    private static List<Case> dialect(Profile profile) {
        return switch (profile) {
            case IETF, ACP, ADCP -> List.of();
            case STRIPE -> StripeCases.cases();
            case OASIS -> OasisCases.cases();
        };
    }
}
