package dev.reprise;

/** What the engine decided about a request: run the handler, or give this {@link Answer}. */
public sealed interface Decision permits Decision.Execute, Answer {
    /**
     * The caller owns the operation now: run the handler, then {@link Execution#finish finish} in every case.
     *
     * @param execution the caller's hold on the operation
     */
    record Execute(Execution execution) implements Decision {}
}
