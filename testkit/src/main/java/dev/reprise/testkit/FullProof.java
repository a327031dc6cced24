package dev.reprise.testkit;

/** Whether long proofs run in full, as {@code -Dreprise.proof=full} asks for, or only the small part of them that is in each build. */
public final class FullProof {
    /** Whether they do. */
    public static final boolean WANTED = "full".equals(System.getProperty("reprise.proof"));

    private FullProof() {}
}
