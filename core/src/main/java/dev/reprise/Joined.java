package dev.reprise;

/** What came of an operation that joined a transaction which somebody else commits. */
public sealed interface Joined permits Joined.Answered, JoinedExecution {
    /**
     * The handler must not run.
     *
     * @param answer what the caller is told
     */
    record Answered(Answer answer) implements Joined {}
}
