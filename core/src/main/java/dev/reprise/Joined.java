package dev.reprise;

/** The result of joining a transaction that somebody else commits. */
public sealed interface Joined permits Joined.Answered, JoinedExecution {
    /**
     * The handler must not run.
     *
     * @param answer what the caller gets
     */
    record Answered(Answer answer) implements Joined {}
}
