package dev.reprise.conformance;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What one case found.
 *
 * @param id the rule and a word, unique among the cases
 * @param rule the rule's number, such as S7
 * @param expected what a conforming API does, and why
 * @param sources where that comes from
 * @param exchanges what was sent and what came, in order; without credentials and without whole keys and bodies
 * @param took how long it took, waiting for the rate limit included
 */
public record CaseResult(
        String id,
        String rule,
        Level level,
        String title,
        String expected,
        List<Source> sources,
        List<Exchange> exchanges,
        Verdict verdict,
        Duration took) {
    public CaseResult {
        Objects.requireNonNull(id);
        Objects.requireNonNull(rule);
        Objects.requireNonNull(level);
        Objects.requireNonNull(title);
        Objects.requireNonNull(expected);
        Objects.requireNonNull(verdict);
        Objects.requireNonNull(took);
        sources = List.copyOf(sources);
        exchanges = List.copyOf(exchanges);
    }

    /**
     * One request and its answer, in words.
     *
     * @param sent the request
     * @param came the answer, or why there was none
     */
    public record Exchange(String sent, String came) {
        public Exchange {
            Objects.requireNonNull(sent);
            Objects.requireNonNull(came);
        }
    }

    /** Whether the case failed. */
    public boolean failed() {
        return verdict instanceof Verdict.Fail;
    }
}
